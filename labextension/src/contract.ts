/* Generated from jupyterlab_gradcheck/contract/*.json by `jlpm generate:contract`. Do not edit. */

export type CheckStatus = 'queued' | 'running' | 'cancelling' | 'done' | 'error' | 'cancelled' | 'aborted' | 'lost';
export type CoverageKind = 'every-entry' | 'screened' | 'sampled';
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
   * What could be checked: complete readings, the likeliest first.
   *
   * @maxItems 40
   */
  readings?: Reading[];
  /**
   * Whether the readings stand side by side, so that all of them can be checked.
   */
  several?: boolean;
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
export interface Reading {
  /**
   * The function that computes the loss.
   */
  forward: string;
  /**
   * The function that claims the gradients.
   */
  backward: string;
  /**
   * What is checked, by name.
   *
   * @maxItems 100
   */
  parameters: string[];
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
  /**
   * What the check is going to do; null until it is known.
   */
  plan?: Plan | null;
  report: Report | null;
  /**
   * The study of step sizes, where one was asked for in place of a check.
   */
  steps?: StepStudy | null;
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
export interface Plan {
  kind: CoverageKind;
  /**
   * Calls of forward, if the gradients are right; locating wrong entries takes more.
   */
  evaluations: number;
  /**
   * The time they are expected to take; null where it cannot be told.
   */
  seconds: number | null;
  /**
   * The same in a sentence, with what will be covered.
   */
  message: string;
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
   * Whether every certain difference was called wrong, however small.
   */
  strict?: boolean;
  /**
   * The course rule's limit on the relative difference, where one was asked for.
   */
  threshold?: number | null;
  /**
   * Calls of forward.
   */
  evaluations: number;
  elapsed_seconds: number;
  /**
   * The precision that the person's code computes the loss in, where it was computed in float64 instead; null where nothing was widened.
   */
  lifted?: string | null;
  coverage?: Coverage | null;
  plan?: Plan | null;
  forward: FunctionPlace;
  backward: FunctionPlace | null;
  /**
   * @minItems 1
   * @maxItems 10000
   */
  parameters: ParameterReport[];
  /**
   * The functions that were checked, forward and backward first, and those that the places of the gradients lie in. Each once.
   *
   * @maxItems 50
   */
  code?: Code[];
  /**
   * @maxItems 100
   */
  warnings: Warning[];
}
export interface Coverage {
  kind: CoverageKind;
  /**
   * Entries measured one by one.
   */
  entries: number;
  /**
   * Random directions measured.
   */
  directions: number;
  /**
   * Seeded points nearby at which the gradients were checked as well.
   */
  points: number;
  /**
   * The same in a sentence.
   */
  message: string;
}
export interface FunctionPlace {
  name: string;
  cell_id: string | null;
  /**
   * First line of the function in its cell or file, from 1.
   */
  line: number | null;
  /**
   * The function itself, as its place in the report's code, from 0; null where it is not told.
   */
  code?: number | null;
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
  /**
   * ||e|| / (||g|| + ||n||), e the error bounds: the relative difference that the error of the numerical gradient alone could make. Over the entries that were measured; null where none was.
   */
  relative_error_bound?: number | null;
  sample?: Sample | null;
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
  coverage?: CoverageKind;
  /**
   * Entries that lie exactly on a kink and pass with a valid one-sided slope.
   */
  kinks?: number;
  blind?: Blind | null;
  /**
   * For a gradient that is right here and wrong at a point nearby: the worst entry found there.
   */
  elsewhere?: WorstEntry | null;
}
export interface Sample {
  /**
   * @maxItems 400
   */
  analytic: number[];
  /**
   * @maxItems 400
   */
  numerical: number[];
  /**
   * @maxItems 400
   */
  verdict: Verdict[];
}
/**
 * Entries by verdict. They add up to less than size where not every entry was measured one by one.
 */
export interface VerdictCounts {
  pass: number;
  fail: number;
  inconclusive: number;
}
export interface Cause {
  kind:
    | 'scale'
    | 'regularisation'
    | 'sign'
    | 'transpose'
    | 'permuted'
    | 'exchanged'
    | 'mask'
    | 'sum'
    | 'zero'
    | 'entries'
    | 'missing'
    | 'non-finite'
    | 'shape'
    | 'dtype'
    | 'elsewhere';
  /**
   * For scale, and -1 for a sign that is wrong throughout: claimed gradient = factor x numerical gradient.
   */
  factor?: number;
  /**
   * For regularisation: claimed gradient = numerical gradient + coefficient x parameter (or its sign). Negative where the claim lacks a term.
   */
  coefficient?: number;
  /**
   * For exchanged: the gradient that was returned in this one's place.
   */
  other?: string;
  /**
   * For permuted, mask and sum: the axis concerned, from 0; left out where it is more than one.
   */
  axis?: number;
  message: string;
}
export interface SourcePlace {
  cell_id: string | null;
  /**
   * Line in the cell or file, from 1.
   */
  line: number;
  text: string;
  /**
   * The function that the line lies in, as its place in the report's code, from 0; null where it is not told.
   */
  code?: number | null;
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
export interface Blind {
  count: number;
  /**
   * How many of them were tested at points nearby.
   */
  nearby: number;
  /**
   * How many, and why.
   */
  message: string;
}
export interface Code {
  /**
   * As its definition spells it; a method's without its class.
   */
  name: string;
  /**
   * First line of the definition, decorators included, in its cell or file, from 1.
   */
  line: number;
  cell_id: string | null;
  /**
   * The number that ipykernel names a cell by: MurmurHash2 of the source that ran, with ipykernel's seed, in decimal digits. null where the function does not come from a cell.
   */
  cell_hash: string | null;
  /**
   * The definition's lines as they ran, indented as they were; null where they are not known, or too long.
   */
  text: string | null;
}
export interface Warning {
  code: string;
  message: string;
}
export interface StepStudy {
  version: 1;
  parameter: string;
  gradient: string;
  /**
   * The entry: the worst of a failing gradient, else the one with the largest derivative.
   */
  index: number[];
  /**
   * The numerical gradient of the entry, as a check measures it: what the errors are errors from.
   */
  derivative: number;
  /**
   * Of the derivative. An error below it says nothing.
   */
  error_bound: number | null;
  /**
   * What the person's gradient claims for the entry; null where it claims nothing finite.
   */
  analytic: number | null;
  /**
   * One for each precision that the loss was computed in: the person's own first.
   *
   * @minItems 1
   * @maxItems 2
   */
  series: StepSeries[];
  evaluations: number;
  elapsed_seconds: number;
  /**
   * What is to be seen, in one or two sentences.
   */
  message: string;
}
export interface StepSeries {
  precision: 'float64' | 'float32' | 'float16';
  /**
   * Measured noise of one evaluation of the loss.
   */
  noise: number | null;
  /**
   * The step that a check in this precision begins with for the entry, or was told to take; null where it takes none.
   */
  chosen: number | null;
  /**
   * Steps, rising.
   *
   * @minItems 1
   * @maxItems 60
   */
  epsilon: number[];
  /**
   * |central difference - derivative| / |derivative| (without the division where the derivative is zero) at each step; null where the loss was not finite or did not change at all for want of digits.
   *
   * @minItems 1
   * @maxItems 60
   */
  error: (number | null)[];
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
   * With code ambiguous, several, unbound_argument or nothing_found: what there is to choose from.
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
  loss?: Name;
  gradients?: Name;
  /**
   * Check everything that stands side by side, such as the layers of a notebook, in one report. Left out: false.
   */
  all?: boolean;
  /**
   * Check nothing: study for this parameter, by its name in a report, how the error of a central difference depends on the step.
   */
  steps?: string;
  /**
   * Check nothing: only say what a check would do and how long it would take. Left out: false.
   */
  plan?: boolean;
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
  /**
   * An error up to this fraction of a parameter's largest gradient is not called wrong. Left out or null, it follows from the precision of the loss (1e-4 in float64).
   */
  tolerance?: number | null;
  /**
   * Call every difference wrong that is certain, however small. Left out: false.
   */
  strict?: boolean;
  /**
   * Calls of forward not to exceed. Left out or null, the plan decides.
   */
  max_evaluations?: number | null;
  /**
   * Seconds not to exceed, as far as that can be told between two evaluations. Left out or null, there is no limit.
   */
  max_seconds?: number | null;
  /**
   * Seeded points nearby at which the gradients are checked as well; 0 for none. Left out: 2.
   */
  points?: number;
  /**
   * Compute a float32 loss in float64 where that can be done. Left out: true.
   */
  lift?: boolean;
}
