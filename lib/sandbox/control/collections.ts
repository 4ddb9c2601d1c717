/** What can be listed: which items, how each is shown, and what a search looks into. */
import { CioError } from '../../errors.ts';
import type { SandboxCore } from '../core.ts';
import { faultInWords, plainRefused, plainRequestLine } from '../log/plain-log.ts';
import type { LoggedRefusal } from '../log/refused-log.ts';
import type { LoggedRequest } from '../log/request-log.ts';
import {
  plainEvent,
  plainObject,
  plainPerson,
  relationshipsIn,
  type SandboxObject,
  type SandboxPerson,
  type SandboxRelationship,
} from '../state.ts';
import type { EventHeld } from '../workspace/events.ts';
import type { Person, WorkspaceObject } from '../workspace/model.ts';
import { survivor } from '../workspace/people.ts';
import { type Listing, type ListPart, pageOf, readPaging } from './paging.ts';

type Of<T> = (core: SandboxCore, query: URLSearchParams) => Listing<T>;

/** The newest first. */
const people: Of<Person> = ({ api }) => ({
  items: [...api.workspace.people.all].reverse(),
  count: api.workspace.people.all.size,
  show: plainPerson,
  texts: ({ cioId, identifiers, attributes }) => [cioId, ...identifiers.values(), ...Object.values(attributes.toObject())],
});

/** The newest first. */
const objects: Of<WorkspaceObject> = ({ api }) => ({
  items: [...api.workspace.objects.all].reverse(),
  count: api.workspace.objects.all.size,
  show: plainObject,
  texts: ({ cioObjectId, typeId, id, attributes }) => [cioObjectId, typeId, id, ...Object.values(attributes.toObject())],
});

const relationships: Of<SandboxRelationship> = ({ api }) => ({
  items: relationshipsIn(api.workspace.people.all, api.workspace.objects.all),
  show: (one) => one,
  texts: ({ attributes, ...ids }) => [...Object.values(ids), ...Object.values(attributes)],
});

/** The newest first; of one person, if the query names one. */
const events: Of<EventHeld> = ({ api }, query) => {
  const whose = query.get('person');
  return {
    items: api.workspace.events.kept.backwards(),
    count: api.workspace.events.kept.length,
    keep: whose === null ? undefined : ({ person }) => person !== undefined && survivor(person).cioId === whose,
    show: plainEvent,
    texts: ({ name, id, identifiers, attributes }) => [name, id, ...Object.values(identifiers), ...Object.values(attributes)],
  };
};

const deliveries: Of<Record<string, unknown>> = ({ api }) => ({
  items: api.workspace.deliveries.backwards(),
  count: api.workspace.deliveries.length,
  show: (one) => one,
  texts: Object.values,
});

const suppressed: Of<string> = ({ api }) => ({
  items: api.workspace.people.suppressed,
  show: (one) => one,
  texts: (one) => [one],
});

/** The newest first; those of one status (`429`), of a class (`4xx`) or without an answer (`none`), if the query names it. */
const requests: Of<LoggedRequest> = ({ requests: log }, query) => ({
  items: log.backwards(),
  count: log.length,
  keep: ofStatus(query.get('status') ?? ''),
  show: plainRequestLine,
  texts: ({ method, path, status, fault, body, answer }) => [
    `${method} ${path} ${status ?? ''}`,
    fault && faultInWords(fault),
    body?.toString(),
    answer,
  ],
});

/** The newest first. */
const refused: Of<LoggedRefusal> = ({ refused: log }) => ({
  items: log.backwards(),
  count: log.length,
  show: plainRefused,
  texts: ({ refusal: { field, message }, text }) => [field, message, text.toString()],
});

/** Gives the part of a list that a query asks for. Throws `CIO_OPTIONS`. */
export type PartOf = (core: SandboxCore, query: URLSearchParams) => ListPart;

function part<T>(list: Of<T>): PartOf {
  return (core, query) => pageOf(list(core, query), readPaging(query));
}

/** The parts of the state. */
export const COLLECTIONS: ReadonlyMap<string, PartOf> = new Map([
  ['people', part(people)],
  ['events', part(events)],
  ['objects', part(objects)],
  ['relationships', part(relationships)],
  ['deliveries', part(deliveries)],
  ['suppressed', part(suppressed)],
]);

/** What happened on the way there. */
export const LOGS = { requests: part(requests), refused: part(refused) };

interface PersonPage extends SandboxPerson {
  /** With which objects; the attributes are the relationship's. */
  readonly relationships: readonly SandboxObject[];
}

/** One person with all that belongs to it, but for the events, which are paged. */
export function personPage({ api }: SandboxCore, cioId: string): PersonPage | undefined {
  const person = api.workspace.people.find({ cio_id: cioId });
  if (person === undefined) return undefined;
  const relationships = [...person.relations].map(([object, held]) => ({ ...plainObject(object), attributes: held.toObject() }));
  return { ...plainPerson(person), relationships };
}

function ofStatus(asked: string): ((request: LoggedRequest) => boolean) | undefined {
  if (asked === '') return undefined;
  if (asked === 'none') return ({ status }) => status === undefined;
  if (/^[1-5]xx$/.test(asked)) return ({ status }) => status !== undefined && Math.floor(status / 100) === Number(asked[0]);
  if (/^[1-5]\d\d$/.test(asked)) return ({ status }) => status === Number(asked);
  throw new CioError('CIO_OPTIONS', 'status must be a status such as 429, a class such as 4xx, or none');
}
