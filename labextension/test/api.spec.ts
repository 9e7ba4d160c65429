import { networkError, requestError } from '../src/api';
import { packageMissing } from './fixtures';

test('an error of ours is kept as it is', () => {
  const error = requestError(424, packageMissing);
  expect(error.problem).toBe(packageMissing);
  expect(error.transient).toBe(false);
});

test('an answer that is not ours says that the server part is missing', () => {
  expect(requestError(404, null).problem.code).toBe('server_extension_missing');
  expect(requestError(404, { message: 'Not Found', reason: null }).problem.code).toBe('server_extension_missing');
});

test('any other error keeps what the server said, or its status', () => {
  expect(requestError(403, { message: 'Forbidden' }).problem).toMatchObject({ code: 'http_error', message: 'Forbidden' });
  expect(requestError(500, '<html>').problem.message).toContain('500');
});

test('no answer, and an overloaded server, may be asked again', () => {
  expect(networkError(new TypeError('Failed to fetch'))).toMatchObject({ status: 0, transient: true });
  expect(requestError(503, null).transient).toBe(true);
});
