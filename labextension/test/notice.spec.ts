import { Notification } from '@jupyterlab/apputils';

import { notify } from '../src/notice';
import { check, failing, trans } from './fixtures';

jest.mock('@jupyterlab/apputils', () => ({ Notification: { emit: jest.fn() } }));

test('the notice of a background notebook leads there', () => {
  const show = jest.fn();
  const done = check({ status: 'done', report: failing });
  notify({ notebook: 'network.ipynb', kernelId: 'kernel-2', check: done }, trans, show);
  const [message, type, options] = jest.mocked(Notification.emit).mock.calls[0]!;
  expect([message, type]).toEqual([`network.ipynb: ${failing.message}`, 'error']);
  expect(options!.actions!.map(({ label }) => label)).toEqual(['Show']);
  expect(show).not.toHaveBeenCalled();
  options!.actions![0]!.callback(new MouseEvent('click'));
  expect(show).toHaveBeenCalledWith('kernel-2');
});
