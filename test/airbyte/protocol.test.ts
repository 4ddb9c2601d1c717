import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { Protocol } from '../../lib/airbyte/protocol.ts';
import fc from '../support/fast-check.ts';

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

test('law: whatever is in it, each message is one line of JSON, printable before and after it is parsed', () => {
  const lines: string[] = [];
  const write = (chunk: Buffer, _encoding: string, done: () => void): void => {
    lines.push(chunk.toString());
    done();
  };
  const protocol = new Protocol(new Writable({ write }));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a\nb', '\u001b[2J', '\u202e', '\u2028')), (text) => {
      protocol.log('WARN', text);
      protocol.error({ message: text, internal: text, type: 'system_error' });
      protocol.connectionStatus('FAILED', text);
      protocol.spec({ text });
      for (const line of lines.splice(0)) {
        assert.doesNotMatch(line.slice(0, -1), UNPRINTABLE);
        const { log, trace, connectionStatus, spec } = JSON.parse(line);
        const texts = [log?.message, trace?.error.message, trace?.error.internal_message, connectionStatus?.message].join('');
        assert.doesNotMatch(texts, UNPRINTABLE);
        // What is data stays as it is.
        if (spec) assert.equal(spec.text, text);
      }
    }),
  );
});
