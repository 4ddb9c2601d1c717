/**
 * The flags of each command: which groups of options it has, and under which headings of the help. A flag gives `flags` the
 * attribute that commander makes of its name.
 */
import type { Command } from 'commander';
import type { z } from 'zod';
import type { ObjectKind } from '../../stage/mapping/columns.ts';
import { CLI_OPTIONS } from './cli-options.ts';
import { addFlags } from './flag.ts';
import { ACCOUNT, DELIVERY, EVENTS, INPUT, OUTPUT, PEOPLE, PREVIEW, REJECTS, REPLAY, ROWS, SANDBOX, STATE, STORES } from './groups.ts';
import { KAFKA, KAFKA_ACCESS } from './kafka-group.ts';

const REJECTS_PLACE = { rejects: CLI_OPTIONS.rejects };
const CHECKED_REDIS = { redis: CLI_OPTIONS.checkedRedis };
const LISTING = { rows: CLI_OPTIONS.rows, format: CLI_OPTIONS.listFormat, out: CLI_OPTIONS.out };
const CONFIG = [undefined, { config: CLI_OPTIONS.config }] as const;
const PIPELINE = [
  ['Account:', ACCOUNT],
  ['Rejected rows:', { ...REJECTS_PLACE, ...REJECTS }],
  ['Object storage:', STORES],
  ['Sending:', DELIVERY],
] as const;

const INPUTS = [['Input:', INPUT], ['Kafka:', KAFKA], ...PIPELINE, ['Resume and dedupe:', STATE], ['Output:', OUTPUT]] as const;

/** The options that say how rows are mapped, by the kind of the rows. */
export const MAPPING = { people: { ...PEOPLE, ...ROWS }, events: { ...PEOPLE, ...EVENTS, ...ROWS }, operations: ROWS };

/** What the library calls the kinds. */
export const OBJECTS = { people: 'person_identify', events: 'person_event', operations: 'entry' } as const satisfies Record<
  keyof typeof MAPPING,
  ObjectKind
>;

/** The flags of each command under their headings. */
export const COMMAND_FLAGS = {
  people: [CONFIG, ['Mapping:', MAPPING.people], ...INPUTS],
  events: [CONFIG, ['Mapping:', MAPPING.events], ...INPUTS],
  operations: [CONFIG, ['Mapping:', MAPPING.operations], ...INPUTS],
  preview: [
    [undefined, PREVIEW],
    ['Mapping:', MAPPING.events],
    ['Input:', INPUT],
    ['Object storage:', STORES],
  ],
  replay: [CONFIG, ['Which rows:', REPLAY], ['Mapping:', MAPPING.events], ...PIPELINE, ['Output:', OUTPUT]],
  rejects: [
    [undefined, LISTING],
    ['Which rows:', { reason: CLI_OPTIONS.reason, field: CLI_OPTIONS.field, first: CLI_OPTIONS.first }],
    ['Object storage:', STORES],
  ],
  check: [
    ['Account:', ACCOUNT],
    ['Rejected rows:', { rejects: CLI_OPTIONS.checkedRejects, ...REJECTS }],
    ['Object storage:', STORES],
    ['Kafka:', KAFKA_ACCESS],
    ['Redis:', CHECKED_REDIS],
  ],
  sandbox: [[undefined, SANDBOX]],
} as const satisfies Record<string, readonly (readonly [string | undefined, z.ZodRawShape])[]>;

/** A command that has flags. */
export type CommandName = keyof typeof COMMAND_FLAGS;

type Flags<S extends z.ZodRawShape> = Readonly<z.output<z.ZodObject<S>>>;

/** How to reach a bucket. */
export type StoreFlags = Flags<typeof STORES>;
/** Where rejected records go, and what their files are like. */
export interface RejectFlags extends StoreFlags, Flags<typeof REJECTS_PLACE>, Flags<typeof REJECTS> {}
/** Whose data goes where. */
export type AccountFlags = Flags<typeof ACCOUNT>;
/** What columns are. `object` is the command, or `--as`; those of another kind of rows are absent. */
export interface ColumnFlags extends Partial<Flags<typeof PEOPLE>>, Partial<Flags<typeof EVENTS>> {
  readonly object: ObjectKind;
}
/** What makes a pipeline. */
export interface PipelineFlags extends AccountFlags, RejectFlags, Omit<ColumnFlags, 'object'>, Flags<typeof ROWS>, Flags<typeof DELIVERY> {}
/** What is printed of a run. */
export interface RunFlags extends Flags<typeof OUTPUT>, AccountFlags, Pick<Flags<typeof DELIVERY>, 'dryRun' | 'rate'> {}
/** The flags of a command that sends rows. */
export interface SendFlags
  extends PipelineFlags,
    ColumnFlags,
    RunFlags,
    Flags<typeof STATE>,
    Flags<typeof INPUT>,
    Partial<Flags<typeof KAFKA>> {}
export interface ReplayFlags extends PipelineFlags, RunFlags, Flags<typeof REPLAY> {}
export interface PreviewFlags
  extends StoreFlags,
    Flags<typeof PREVIEW>,
    Flags<typeof PEOPLE>,
    Flags<typeof EVENTS>,
    Flags<typeof ROWS>,
    Flags<typeof INPUT> {}
export interface ListFlags extends StoreFlags, Flags<typeof LISTING>, Pick<Flags<typeof CLI_OPTIONS>, 'reason' | 'field' | 'first'> {}
export interface CheckFlags extends AccountFlags, RejectFlags, KafkaAccessFlags, Flags<typeof CHECKED_REDIS> {}
export type SandboxFlags = Flags<typeof SANDBOX>;
/** A kind of row, as commands call it. */
export type RowKind = NonNullable<Flags<typeof REPLAY>['as']>;
/** How Kafka is reached, and what its messages are. */
export type KafkaAccessFlags = Partial<Flags<typeof KAFKA_ACCESS>>;
/** Formats of input. */
export type InputFormat = NonNullable<SendFlags['format']>;

export function addCommandFlags(command: Command, name: CommandName): Command {
  for (const [heading, fields] of COMMAND_FLAGS[name]) addFlags(command, heading, fields);
  return command;
}
