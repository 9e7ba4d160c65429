/* Generated from jupyterlab_gradcheck/contract/*.json by `jlpm generate:contract`. Do not edit. */

export type CheckStatus = 'queued' | 'running' | 'cancelling' | 'done' | 'error' | 'cancelled' | 'aborted' | 'lost';
export type Verdict = 'pass' | 'fail' | 'inconclusive';
export type Name = string;
export type CheckMethod = 'auto' | 'central' | 'complex-step' | 'autodiff';
export type BackendChoice = 'auto' | 'numpy' | 'tensorflow';

export interface Candidates {
  version: 1;
  /**
   * @maxItems 200
   */
  functions: FunctionCandidate[];
  /**
   * @maxItems 200
   */
  parameters: ParametersCandidate[];
  /**
   * @maxItems 200
   */
  data: DataCandidate[];
  guess: Guess | null;
  /**
   * Whether a check may start from the guess without asking.
   */
  certain: boolean;
  /**
   * Why the guess is, or is not, certain. One or two sentences for the reader.
   */
  reason: string;
}
export interface FunctionCandidate {
  name: string;
  role: 'forward' | 'backward';
  signature: string;
}
export interface ParametersCandidate {
  name: string;
  /**
   * Contents in a few words, such as W1 (5, 4), b1 (5, 1).
   */
  summary: string;
  /**
   * Number of scalar entries.
   */
  size: number;
}
export interface DataCandidate {
  name: string;
  summary: string;
}
export interface Guess {
  forward: string | null;
  backward: string | null;
  parameters: string | null;
  /**
   * @maxItems 32
   */
  data: string[];
}
export interface Check {
  id: string;
  kernel_id: string;
  status: CheckStatus;
  progress: Count;
  report: Report | null;
  error: GradcheckProblem | null;
  /**
   * When the check was asked for, ISO 8601, UTC.
   */
  created: string;
  ended?: string | null;
}
export interface Count {
  done: number;
  /**
   * 0 until it is known.
   */
  total: number;
}
export interface Report {
  version: 1;
  verdict: Verdict;
  /**
   * The verdict in one sentence.
   */
  message: string;
  /**
   * ||g - n|| / (||g|| + ||n||) over all parameters (g claimed, n numerical); null where a gradient is missing or not finite.
   */
  relative_difference: number | null;
  method: 'central' | 'complex-step' | 'autodiff';
  backend: 'numpy' | 'tensorflow';
  /**
   * The step that was asked for; null when it was chosen from the noise.
   */
  epsilon: number | null;
  /**
   * Precision of the loss as measured, not as declared.
   */
  precision: 'float64' | 'float32' | 'float16';
  loss: number | null;
  /**
   * Measured noise of one evaluation of the loss, in its own unit.
   */
  noise?: number | null;
  /**
   * An error below this fraction of a parameter's largest gradient is not called wrong.
   */
  tolerance?: number;
  /**
   * The course rule's limit on the relative difference, where one was asked for.
   */
  threshold?: number | null;
  /**
   * Calls of forward.
   */
  evaluations: number;
  elapsed_seconds: number;
  forward: FunctionPlace;
  backward: FunctionPlace | null;
  /**
   * @minItems 1
   * @maxItems 10000
   */
  parameters: ParameterReport[];
  /**
   * @maxItems 100
   */
  warnings: Warning[];
}
export interface FunctionPlace {
  name: string;
  cell_id: string | null;
  /**
   * First line of the function in its cell or file, from 1.
   */
  line: number | null;
}
export interface ParameterReport {
  name: string;
  gradient: string;
  shape: number[];
  dtype: string;
  verdict: Verdict;
  /**
   * The verdict on this parameter in one plain sentence.
   */
  message: string;
  relative_difference: number | null;
  max_abs_error: number | null;
  max_error_index: number[] | null;
  size: number;
  counts: VerdictCounts;
  /**
   * The smallest error in any one entry that this check was certain to call wrong.
   */
  detection_limit: number | null;
  cause: Cause | null;
  source: SourcePlace | null;
  /**
   * @maxItems 20
   */
  worst: WorstEntry[];
  map: ErrorMap | null;
}
export interface VerdictCounts {
  pass: number;
  fail: number;
  inconclusive: number;
}
export interface Cause {
  kind: 'scale' | 'zero' | 'missing' | 'non-finite' | 'shape' | 'dtype';
  /**
   * For scale: claimed gradient = factor x numerical gradient.
   */
  factor?: number;
  message: string;
}
export interface SourcePlace {
  cell_id: string | null;
  /**
   * Line in the cell or file, from 1.
   */
  line: number;
  text: string;
}
export interface WorstEntry {
  index: number[];
  analytic: number | null;
  numerical: number | null;
  error_bound: number | null;
  verdict: Verdict;
}
export interface ErrorMap {
  shape: number[];
  /**
   * @maxItems 4096
   */
  values: (number | null)[];
}
export interface Warning {
  code: string;
  message: string;
}
export interface GradcheckProblem {
  /**
   * What is wrong, where, and what to do next.
   */
  message: string;
  /**
   * The same in a few words, or the HTTP reason.
   */
  reason: string | null;
  /**
   * For programs.
   */
  code: string;
  /**
   * With code ambiguous or nothing_found: what there is to choose from.
   */
  candidates?: Candidates | null;
  /**
   * With code kernel_package_missing: the line to run in the notebook.
   */
  install?: string | null;
}
export interface CheckEvent {
  check_id: string;
  kernel_id: string;
  status: 'queued' | 'running' | 'cancelling' | 'done' | 'error' | 'cancelled' | 'aborted' | 'lost';
  done: number;
  total: number;
}
export interface CheckRequest {
  forward?: Name;
  backward?: Name;
  parameters?: Name;
  /**
   * Variables handed to forward beside the parameters, in the order of its arguments.
   *
   * @maxItems 32
   */
  data?: Name[];
  options?: CheckOptions;
}
export interface CheckOptions {
  method?: CheckMethod;
  backend?: BackendChoice;
  /**
   * Step of the central difference. Left out or null, it is chosen from the measured noise of the loss.
   */
  epsilon?: number | null;
  /**
   * Also apply the course rule: the relative difference must not exceed this. Left out or null, error bounds alone decide.
   */
  threshold?: number | null;
}
