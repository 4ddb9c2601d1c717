/** The parts of kafka() that need no broker: whose a partition is, what is committed, which batches count, and how a member comes back. */
import assert from 'node:assert/strict';
import { tracingChannel } from 'node:diagnostics_channel';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { Checkpoint } from '../../../lib/record/checkpoint.ts';
import type { ConsumerHooks } from '../../../lib/source/kafka/client/consumers.ts';
import { hasApiError, isWrong, mayPass, reasonOf } from '../../../lib/source/kafka/client/errors.ts';
import { topicsOf } from '../../../lib/source/kafka/client/first-look.ts';
import { type KafkaConsumer, libraryProblem } from '../../../lib/source/kafka/client/library.ts';
import { Troubles } from '../../../lib/source/kafka/client/troubles.ts';
import { Committer, type OffsetToCommit } from '../../../lib/source/kafka/group/committer.ts';
import { type MemberEvents, Membership } from '../../../lib/source/kafka/group/membership.ts';
import { Tenure } from '../../../lib/source/kafka/group/tenure.ts';
import { Assignment, Assignments } from '../../../lib/source/kafka/partitions/assignment.ts';
import { type MessageBatch, type Messages, messagesOf, piecesOf } from '../../../lib/source/kafka/partitions/batches.ts';
import { Releases } from '../../../lib/source/kafka/releases.ts';
import { kafka } from '../../../lib/source/kafka.ts';
import { FakeClock, turn } from '../../support/fake-clock.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

const SURE = Number.POSITIVE_INFINITY;

function tenured(clock: FakeClock): Tenure {
  const tenure = new Tenure(clock);
  tenure.extend(SURE);
  tenure.resume();
  return tenure;
}

function assigned(partitions: readonly number[], tenure = tenured(new FakeClock())): Assignments {
  const assignments = new Assignments((name) => new Assignment(name, 'id', tenure, {}));
  assignments.assign(partitions.map((partition) => ({ topic: 't', partition })));
  for (const assignment of assignments) assignment.begin(0n);
  return assignments;
}

const only = (assignments: Assignments): Assignment => [...assignments][0] as Assignment;

test('the options: names, lists of them, and no others', () => {
  const right = { brokers: 'a:9092', topics: ['t'], groupId: 'g' };
  kafka(right).destroy();
  for (const wrong of [{ brokers: [] }, { topics: 'a b' }, { groupId: '' }, { from: 'start' }, { until: 'never' }, { maxBytes: 0 }])
    assert.throws(() => kafka({ ...right, ...wrong } as typeof right), { code: 'CIO_OPTIONS' });
  const sasl = { mechanism: 'PLAIN', username: 'u', pasword: 'geheim' } as never;
  assert.throws(
    () => kafka({ ...right, sasl }),
    ({ message }) => /did you mean "sasl.password"/.test(message) && !/geheim/.test(message),
  );
});

test('a name that is empty or missing is refused in words', () => {
  const [name, names] = ['must be a name without white space', 'must be a name without white space, or a list of them'];
  for (const [wrong, said] of [
    [{ groupId: '' }, `option "groupId": ${name}`],
    [{ groupId: undefined }, `option "groupId": ${name}`],
    [{ topics: [] }, `option "topics": ${names}`],
    [{ topics: undefined }, `option "topics": ${names}`],
    [{ from: 'start' }, `option "from": must be 'earliest', 'latest' or 'fail'`],
    [{ sasl: { mechanism: 'x' } }, 'option "sasl.mechanism": must be PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER'],
  ] as const)
    assert.throws(() => kafka({ brokers: 'a', topics: 't', groupId: 'g', ...wrong } as never), { message: `kafka: ${said}` });
});

test('a server that says nothing is no broker, and what it has said before counts', async () => {
  const clock = new FakeClock();
  const answers = [() => Promise.reject(Object.assign(new Error('Connection closed'), { syscall: 'read' })), () => new Promise(() => {})];
  for (const [silent, said] of [
    [answers.slice(1), "Kafka: the topics can't be looked up: no answer in 15 seconds; is it a Kafka broker?"],
    [answers, "Kafka: the topics can't be looked up: Connection closed"],
  ] as const) {
    let asked = 0;
    const client = { metadata: () => silent[Math.min(asked++, silent.length - 1)]?.() } as unknown as KafkaConsumer;
    const failed = assert.rejects(topicsOf(client, ['t'], clock, new AbortController().signal), { code: 'CIO_SOURCE', message: said });
    for (let seconds = 0; seconds < 16; seconds += 0.5) await clock.run(500);
    await failed;
  }
});

test('the library must be release 2 on a Node that it takes, and the message says what is there', () => {
  for (const node of ['22.22.0', '22.30.1', '24.6.0', '25.0.0']) assert.equal(libraryProblem(node, '2.12.1'), undefined);
  for (const node of ['20.20.0', '22.21.9', '23.9.0', '24.5.0']) {
    const problem = String(libraryProblem(node, '1.35.0'));
    for (const part of [node, '1.35.0', 'Node 22.22', 'npm install @platformatic/kafka@2']) assert.ok(problem.includes(part), problem);
    assert.match(String(libraryProblem(node, '2.12.1')), /release 2\.12\.1 is installed$/);
  }
  assert.match(String(libraryProblem('24.6.0', undefined)), /not installed: npm install @platformatic\/kafka@2$/);
  assert.match(String(libraryProblem('24.6.0', '1.35.0')), /release 2 .* release 1\.35\.0 is installed/);
  assert.match(String(libraryProblem('24.6.0', '3.0.0')), /release 3\.0\.0 is installed/);
});

test('tenure: sure as long as the broker would wait, and not while a rebalance is decided', async () => {
  const clock = new FakeClock();
  const tenure = new Tenure(clock);
  const [assignment] = assigned([0], tenure);
  const ownership = assignment?.place.ownership;
  assert.ok(ownership);
  assert.equal(ownership.state, 'moving');
  tenure.extend(1_000);
  assert.equal(ownership.state, 'moving');
  tenure.resume();
  assert.equal(ownership.state, 'held');
  await clock.run(1_000);
  // Nobody has heard of us for so long that others may have it.
  assert.equal(ownership.state, 'moving');
  let decided = 0;
  void ownership.decided().then(() => decided++);
  tenure.extend(500);
  await turn();
  assert.deepEqual([ownership.state, decided], ['moving', 0]);
  tenure.extend(3_000);
  await turn();
  assert.deepEqual([ownership.state, decided], ['held', 1]);
  tenure.suspend();
  void ownership.decided().then(() => decided++);
  assignment?.lose();
  await turn();
  assert.deepEqual([ownership.state, decided], ['lost', 2]);
  tenure.resume();
  assert.equal(ownership.state, 'lost');
});

test('tenure: quiet when no request is on the wire', async () => {
  const tenure = tenured(new FakeClock());
  await tenure.quiet();
  tenure.requestLeaves();
  tenure.requestLeaves();
  let isQuiet = false;
  void tenure.quiet().then(() => {
    isQuiet = true;
  });
  tenure.requestEnds();
  await turn();
  assert.equal(isQuiet, false);
  tenure.requestEnds();
  await turn();
  assert.equal(isQuiet, true);
});

test('a partition that stays keeps its place, one that comes back is a new one, and what was fetched and not used is asked for again', () => {
  const assignments = assigned([0, 1]);
  const [kept, lost] = [...assignments] as [Assignment, Assignment];
  Object.assign(kept, { next: 20n, position: 10n });
  assignments.assign([
    { topic: 't', partition: 0 },
    { topic: 't', partition: 2 },
  ]);
  const [same, fresh] = [...assignments];
  assert.equal(same, kept);
  assert.deepEqual([kept.next, kept.isOver], [10n, false]);
  assert.deepEqual([fresh?.partition, fresh?.next], [2, undefined]);
  assert.deepEqual([lost.isOver, lost.place.ownership?.state], [true, 'lost']);
  assignments.assign([{ topic: 't', partition: 1 }]);
  assert.notEqual(only(assignments), lost);
  assert.ok(assignments.renew('t', 'another id'));
  assert.ok(!assignments.renew('u', 'another id'));
});

test('what was read and is not committed is counted from where reading began, or from the last commit', () => {
  const assignment = only(assigned([0]));
  assignment.begin(100n);
  assert.equal(assignment.uncommitted, 0n);
  assignment.position = 130n;
  assert.equal(assignment.uncommitted, 30n);
  // The broker has deleted what follows the last commit.
  assignment.committed = 40n;
  assert.equal(assignment.uncommitted, 30n);
  assignment.committed = 120n;
  assert.equal(assignment.uncommitted, 10n);
});

function committing(): { committer: Committer; sent: string[]; settle: (error?: Error) => Promise<void>; clock: FakeClock } {
  const clock = new FakeClock();
  const sent: string[] = [];
  let settleLast: (error?: Error) => void = () => {};
  const commit = (offsets: readonly OffsetToCommit[]): Promise<void> => {
    sent.push(offsets.map(({ partition, offset }) => `${partition}:${offset}`).join(' '));
    return new Promise((resolve, reject) => {
      settleLast = (error) => (error ? reject(error) : resolve());
    });
  };
  const committer = new Committer({ commit, onSuccess: () => {}, onFailure: () => {}, clock });
  const settle = async (error?: Error): Promise<void> => {
    settleLast(error);
    await turn();
  };
  return { committer, sent, settle, clock };
}

test('commits: one in flight, never backwards, none of a lost partition, and none while the group is unsettled', async () => {
  const { committer, sent, settle, clock } = committing();
  const [a, b] = [...assigned([0, 1])] as [Assignment, Assignment];
  committer.add(new Map([[a, 5n]]));
  assert.deepEqual(sent, []);
  committer.open();
  committer.add(new Map([[a, 7n]]));
  committer.add(new Map([[b, 3n]]));
  committer.add(new Map([[a, 6n]]));
  assert.deepEqual(sent, ['0:5']);
  await settle();
  assert.deepEqual(sent, ['0:5', '0:7 1:3']);
  committer.add(new Map([[b, 9n]]));
  await settle(new Error('the coordinator is elsewhere'));
  assert.deepEqual([a.committed, committer.commits, committer.failed], [5n, 1, 1]);
  // What failed comes with the next, which needs no new rows.
  await clock.run(5_000);
  assert.equal(sent.at(-1), '1:9 0:7');
  await settle();
  committer.close();
  committer.add(new Map([[a, 20n]]));
  b.lose();
  committer.add(new Map([[b, 30n]]));
  assert.equal(sent.length, 3);
  committer.open();
  assert.equal(sent.at(-1), '0:20');
  const flushed = committer.flush();
  await settle();
  await flushed;
  committer.add(new Map([[a, 20n]]));
  assert.equal(sent.length, 4);
});

test('a checkpoint is made by count, by time, and of what was read only once', async () => {
  const clock = new FakeClock();
  const pushed: Checkpoint[] = [];
  const released: string[] = [];
  const releases = new Releases({
    ...{ checkpointEveryRecords: 10, checkpointEveryMs: 1_000, clock },
    push: (item) => void pushed.push(item as Checkpoint),
    onReleased: (reached) => void released.push(Array.from(reached.values()).join()),
  });
  const [a, b] = [...assigned([0, 1])] as [Assignment, Assignment];
  releases.push();
  assert.equal(pushed.length, 0);
  releases.read(a, 4n, 4);
  releases.pushIfDue();
  assert.equal(pushed.length, 0);
  releases.read(b, 6n, 6);
  releases.pushIfDue();
  releases.read(a, 5n, 1);
  await clock.run(1_000);
  assert.deepEqual(
    pushed.map(({ position }) => position),
    [
      {
        offsets: [
          { topic: 't', partition: 0, offset: 4n },
          { topic: 't', partition: 1, offset: 6n },
        ],
      },
      { offsets: [{ topic: 't', partition: 0, offset: 5n }] },
    ],
  );
  const late = releases.settled({ totalMs: 50 });
  const idle = releases.settled({ idleMs: 50 });
  await clock.run(40);
  pushed[0]?.released[0]?.(false);
  await clock.run(40);
  assert.equal(await late, false);
  // One was released meanwhile: it waits on.
  pushed[1]?.released[0]?.(true);
  assert.equal(await idle, true);
  // A dry run has delivered nothing that could be committed.
  assert.deepEqual(released, ['4,6', '']);
});

const marker = (type: number): Buffer => Buffer.from([0, 0, 0, type]);

/** A batch as the library reads it: of messages, or a marker. */
function batchAt(firstOffset: bigint, deltas: readonly number[], more: Partial<MessageBatch> & { marker?: number } = {}): MessageBatch {
  const { marker: type, ...rest } = more;
  const records = deltas.map((offsetDelta) => ({ offsetDelta, key: type === undefined ? null : marker(type), value: null }));
  const attributes = type === undefined ? 0 : 0x30;
  return { firstOffset, lastOffsetDelta: deltas.at(-1) ?? 0, length: 100, attributes, producerId: -1n, records, ...rest };
}

const offsetsOf = (...args: Parameters<typeof messagesOf>): number[] => offsetsIn(messagesOf(...args));
const offsetsIn = ({ stretches }: Messages): number[] =>
  stretches.flatMap(({ firstOffset, records, from }) => records.slice(from).map(({ offsetDelta }) => firstOffset + offsetDelta));

test('batches: from the wanted offset on, gaps, markers, and what was aborted, however it lies in the answers', () => {
  assert.deepEqual(offsetsOf([batchAt(0n, [0, 1, 2]), batchAt(5n, [0, 3])], null, 1n), [1, 2, 5, 8]);
  assert.equal(messagesOf([batchAt(0n, [0, 1], { lastOffsetDelta: 9 })], null, 0n).next, 10n);
  assert.deepEqual(offsetsOf([batchAt(0n, [0, 4])], null, 2n), [4]);
  // Of a batch nothing may be left but its place.
  assert.deepEqual([offsetsOf([batchAt(3n, [], { lastOffsetDelta: 2 })], [], 3n), messagesOf(null, null, 7n).next], [[], 7n]);
  const transactional = { attributes: 0x10, producerId: 8n };
  // Twice by one producer; then one whose marker comes with a later answer.
  const batches = [
    batchAt(0n, [0, 1], transactional),
    batchAt(2n, [0], { marker: 0, producerId: 8n }),
    batchAt(3n, [0], transactional),
    batchAt(4n, [0], { marker: 0, producerId: 8n }),
    batchAt(5n, [0], transactional),
    batchAt(6n, [0], { marker: 1, producerId: 8n }),
    batchAt(7n, [0]),
    batchAt(8n, [0], transactional),
  ];
  const aborted = [8n, 0n, 3n].map((firstOffset) => ({ producerId: 8n, firstOffset }));
  assert.deepEqual(offsetsOf(batches, aborted, 0n), [5, 7]);
  assert.equal(messagesOf(batches, aborted, 0n).next, 9n);
  assert.deepEqual(offsetsOf([batchAt(9n, [0], transactional)], [{ producerId: 8n, firstOffset: 8n }], 9n), []);
});

test('batches: in pieces they are the same messages, and each piece ends before the next message', () => {
  // With gaps in a batch, behind it and between two.
  const batches = [
    batchAt(0n, [0, 1, 2, 3, 7], { lastOffsetDelta: 9 }),
    batchAt(10n, [0, 1]),
    batchAt(14n, [0, 3, 4], { lastOffsetDelta: 6 }),
  ];
  for (const wanted of [0n, 2n, 11n, 21n])
    for (const most of [1, 2, 3, 5, 100]) {
      const whole = messagesOf(batches, null, wanted);
      const pieces = [...piecesOf(whole, most)];
      const offsets = pieces.map(offsetsIn);
      assert.deepEqual(offsets.flat(), offsetsIn(whole));
      const ends = offsets.map((each, index) => (index === pieces.length - 1 ? whole.next : BigInt(each.at(-1) ?? 0) + 1n));
      assert.deepEqual([pieces.map(({ next }) => next), pieces.at(-1)?.bytes], [ends, whole.bytes]);
      assert.ok(offsets.slice(0, -1).every(({ length }) => length === most) && (offsets.at(-1)?.length ?? 0) <= most);
    }
});

test('batches: read from any offset, the messages are those of the whole that lie behind it', () => {
  const batch = fc.record({ gap: fc.nat(2), deltas: fc.uniqueArray(fc.nat(5), { maxLength: 4 }), tail: fc.nat(2) });
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 6 }), fc.nat(30), (given, wanted) => {
      let at = 0;
      const batches = given.map(({ gap, deltas, tail }) => {
        const sorted = deltas.sort((a, b) => a - b);
        const firstOffset = BigInt(at + gap);
        const lastOffsetDelta = (sorted.at(-1) ?? 0) + tail;
        at += gap + lastOffsetDelta + 1;
        return batchAt(firstOffset, sorted, { lastOffsetDelta });
      });
      const whole = offsetsOf(batches, null, 0n);
      assert.deepEqual(
        offsetsOf(batches, null, BigInt(wanted)),
        whole.filter((offset) => offset >= wanted),
      );
      assert.equal(messagesOf(batches, null, BigInt(wanted)).next, BigInt(given.length === 0 ? wanted : Math.max(at, wanted)));
    }),
    { numRuns: runs(1_000) },
  );
});

test('errors of the library: their reasons in words, and whether trying again can help', () => {
  const leaf = (message: string, more: object) => Object.assign(new Error(message), more);
  const refused = leaf('connect ECONNREFUSED 1.2.3.4:9', { code: 'ECONNREFUSED', syscall: 'connect' });
  const network = leaf('Connection failed.', { code: 'PLT_KFK_NETWORK', canRetry: true, cause: refused });
  const tree = { message: 'failed 2 times', code: 'PLT_KFK_MULTIPLE', errors: [{ errors: [network] }, network] };
  assert.equal(reasonOf(tree), 'connect ECONNREFUSED 1.2.3.4:9');
  assert.deepEqual([mayPass(tree), isWrong(tree)], [true, false]);
  const range = { errors: [leaf('Not in range.', { code: 'PLT_KFK_PROTOCOL', apiId: 'OFFSET_OUT_OF_RANGE', canRetry: false })] };
  assert.equal(reasonOf(range), 'Not in range (OFFSET_OUT_OF_RANGE)');
  assert.deepEqual([hasApiError(range, 'OFFSET_OUT_OF_RANGE'), mayPass(range), isWrong(range)], [true, true, true]);
  assert.equal(mayPass(leaf('incorrect header check', { code: 'Z_DATA_ERROR' })), false);
  assert.equal(mayPass(leaf('no snappy', { code: 'PLT_KFK_UNSUPPORTED_COMPRESSION' })), false);
  assert.equal(reasonOf('nonsense'), 'nonsense');
  assert.equal(reasonOf(new Error('red \u001b[31m text')), 'red  [31m text');
});

test('trouble is said once a minute, each kind by itself', async () => {
  const clock = new FakeClock();
  const said: string[] = [];
  const troubles = new Troubles(clock, (text) => void said.push(String(text)));
  for (let round = 0; round < 4; round++) {
    troubles.say('fetching', new Error('no route'));
    troubles.say('committing offsets', new Error('no route'));
    await clock.run(30_000);
  }
  assert.deepEqual(said.slice(0, 2), ['Kafka: fetching fails; retrying: no route', 'Kafka: committing offsets fails; retrying: no route']);
  assert.equal(said.length, 4);
  // Each end of a trouble is said, but not of one that was too short to be said.
  for (let round = 0; round < 3; round++) {
    troubles.over('fetching');
    troubles.over('fetching');
    troubles.say('fetching', new Error('no route'));
    await clock.run(1_000);
  }
  const [fails, again] = ['Kafka: fetching fails; retrying: no route', 'Kafka: fetching works again'];
  assert.deepEqual(said.slice(4), [again, fails, again]);
  troubles.over('fetching');
  await clock.run(5_000);
  assert.ok(troubles.isReachable(1_000));
  troubles.say('fetching', new Error('no route'));
  assert.ok(!troubles.isReachable(1_000) && troubles.isReachable(10_000));
  troubles.over('fetching');
  assert.ok(troubles.isReachable(1_000));
});

/** The library's consumer as a member sees it: what happens to it is in the hands of the test. */
class ScriptedConsumer extends EventEmitter {
  memberId: string | null = null;
  readonly topics = { trackAll: () => [] };
  readonly connections = new Map();
  readonly hooks: ConsumerHooks;
  isClosed = false;
  joinGroup: () => Promise<unknown> = async () => {};

  constructor(hooks: ConsumerHooks) {
    super();
    this.hooks = hooks;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.emit('client:close');
  }

  /** As after a join that has succeeded. */
  joined(memberId: string, generationId: number, partitions: readonly number[], isLeader = false): void {
    this.memberId = memberId;
    this.emit('consumer:group:join', { memberId, generationId, isLeader, assignments: [{ topic: 't', partitions }] });
  }
}

function membership(): { member: Membership; consumers: ScriptedConsumer[]; events: string[]; clock: FakeClock } {
  const clock = new FakeClock();
  const consumers: ScriptedConsumer[] = [];
  const log: string[] = [];
  const events: MemberEvents = {
    beforeJoin: async (isMember) => void log.push(`before a join ${isMember}`),
    joined: (assigned, isContinuous) => void log.push(`joined ${assigned.map(({ partition }) => partition)} ${isContinuous}`),
    alive: (askedAt) => void log.push(`alive ${askedAt}`),
    lost: () => void log.push('lost'),
    fenced: () => void log.push('fenced'),
    troubled: (what) => void log.push(what),
    well: () => {},
  };
  const make = (hooks: ConsumerHooks): KafkaConsumer => {
    const consumer = new ScriptedConsumer(hooks);
    consumers.push(consumer);
    return consumer as unknown as KafkaConsumer;
  };
  return { member: new Membership({ topics: ['t'], make, events, clock }), consumers, events: log, clock };
}

test('a member: continuous only from one generation to the next, under one id; each heartbeat counts from when it was sent', async () => {
  const { member, consumers, events, clock } = membership();
  await member.start();
  const [consumer] = consumers as [ScriptedConsumer];
  await consumer.hooks.protocolsMetadata();
  consumer.joined('m', 4, [0, 1]);
  await consumer.hooks.protocolsMetadata();
  consumer.joined('m', 5, [0]);
  // A commit has joined, too.
  consumer.joined('m', 5, [0]);
  // There was a generation between, in which others may have read.
  consumer.joined('m', 7, [0]);
  consumer.joined('n', 8, [0]);
  consumer.emit('consumer:heartbeat:start');
  await clock.run(30);
  consumer.emit('consumer:heartbeat:end');
  assert.deepEqual(events, [
    ...['before a join false', 'joined 0,1 false', 'before a join true', 'joined 0 true', 'joined 0 true'],
    ...['joined 0 false', 'joined 0 false', 'alive 0'],
  ]);
  await member.leave();
  assert.ok(consumer.isClosed);
  // What was on its way when it left does not join again, and is no error.
  await assert.rejects(consumer.hooks.protocolsMetadata());
  consumer.emit('error', new Error('the client is closed'));
  await turn();
  assert.equal(consumers.length, 1);
});

test('a member whose instance id another process has taken does not join again', async () => {
  const { member, consumers, events } = membership();
  await member.start();
  const [consumer] = consumers as [ScriptedConsumer];
  consumer.joined('m', 1, [0]);
  const refused = (apiId: string) => Object.assign(new Error('refused'), { errors: [Object.assign(new Error('it'), { apiId })] });
  const { error: failures } = tracingChannel('plt:kafka:consumer:heartbeat');
  failures.publish({ client: consumer, error: refused('REBALANCE_IN_PROGRESS') });
  failures.publish({ client: new ScriptedConsumer(consumer.hooks), error: refused('FENCED_INSTANCE_ID') });
  assert.ok(!events.includes('fenced'));
  for (const _twice of [1, 2]) failures.publish({ client: consumer, error: refused('FENCED_INSTANCE_ID') });
  assert.equal(events.filter((each) => each === 'fenced').length, 1);
  await assert.rejects(consumer.hooks.protocolsMetadata());
  consumer.emit('error', new Error('it can not join'));
  await member.leave();
  assert.deepEqual([consumers.length, consumer.isClosed], [1, true]);
  assert.ok(!failures.hasSubscribers);
});

test('a member that is out of its group for good is replaced, until that succeeds', async () => {
  for (const event of ['error', 'consumer:heartbeat:stalled']) {
    const { member, consumers, events, clock } = membership();
    await member.start();
    const [first] = consumers as [ScriptedConsumer];
    first.joined('m', 1, [0]);
    events.length = 0;
    first.emit(event, new Error('gone'));
    await turn();
    assert.ok(first.isClosed);
    assert.deepEqual(events.slice(0, 2), ['lost', 'staying in the group']);
    const second = consumers.at(-1) as ScriptedConsumer;
    assert.notEqual(second, first);
    // The old one may still say something.
    first.joined('m', 2, [9]);
    second.joined('x', 3, [0]);
    assert.deepEqual(events.at(-1), 'joined 0 false');
    await assert.doesNotReject(member.leave());
    await clock.run(60_000);
    assert.equal(consumers.length, 2);
  }
});

test('a member whose new consumers fail, too, tries again with pauses; a leave ends that', async () => {
  const { member, consumers, events, clock } = membership();
  await member.start();
  const [first] = consumers as [ScriptedConsumer];
  first.joined('m', 1, [0]);
  const fails = (consumer: ScriptedConsumer | undefined): void => {
    if (consumer) consumer.joinGroup = () => Promise.reject(new Error('not allowed'));
  };
  const { push } = consumers;
  consumers.push = (...more) => {
    more.forEach(fails);
    return push.apply(consumers, more);
  };
  first.emit('error', new Error('gone'));
  await clock.run(10_000);
  assert.ok(consumers.length >= 4 && consumers.length <= 6, String(consumers.length));
  assert.ok(consumers.every(({ isClosed }) => isClosed));
  assert.ok(events.includes('joining the group again'));
  await member.leave();
  const { length } = consumers;
  await clock.run(100_000);
  assert.equal(consumers.length, length);
});

test('a start that fails for some seconds, or at once if trying again is no use, says why', async () => {
  const { member, consumers, clock } = membership();
  const never = new Promise<void>(() => {});
  const { push } = consumers;
  consumers.push = (...more) => {
    for (const one of more) one.joinGroup = () => never;
    return push.apply(consumers, more);
  };
  const failed = assert.rejects(member.start(), { code: 'CIO_SOURCE', message: "Kafka: the group can't be joined: no coordinator" });
  for (let attempt = 1; attempt <= 40; attempt++) {
    const [consumer] = consumers as [ScriptedConsumer];
    await clock.run(consumer.hooks.retryDelay(consumer, 'findGroupCoordinator', attempt, 0, new Error('no coordinator')));
  }
  await failed;
  await member.leave();
});
