/**
 * `redocly diff` rates what goes over the wire. Users of this package also compile against the generated types, call
 * the default server and send the API version of the spec: for them a few changes weigh more, and some nothing.
 */
import type { Impact } from "./impact.ts";
import { componentIn } from "./reach.ts";

/** A change as `redocly diff --format json` reports it. */
export interface RedoclyChange {
  /** A JSON pointer into the document with its references followed: by the first operation that the change reaches. */
  readonly path: string;
  readonly typeName: string;
  readonly kind: "added" | "removed" | "modified";
  readonly impact: Exclude<Impact, "none">;
  readonly verdicts: readonly { readonly message: string; readonly location: Location }[];
  readonly property?: string;
  readonly base?: Site;
  readonly revision?: Site;
}

export interface Location {
  readonly file: string;
  readonly pointer: string;
  readonly line: number;
}

interface Site extends Location {
  readonly value?: unknown;
}

/** What the rules have to know of the two documents besides the change. */
export interface Compared {
  readonly defaultServerChanged: boolean;
  /** The components that requests and answers are made of, in the revision. */
  readonly inRequests: ReadonlySet<string>;
  readonly inAnswers: ReadonlySet<string>;
}

interface Rule {
  readonly applies: (change: RedoclyChange, compared: Compared) => boolean;
  readonly impact: Exclude<Impact, "none">;
  /** Said after what changed. */
  readonly because?: string;
}

const TEXT_NODES = /^(Contact|License|ExternalDocs|Tag|TagList|Example|ExamplesMap|Root)$/;
const TEXT_PROPERTIES = /^(description|summary|title|examples?|externalDocs|tags|termsOfService|\$comment|x-.*)$/;
const COMPONENT = /^#\/components\/(schemas|responses|parameters|requestBodies|headers|pathItems)\/[^/]+$/;
const BODY_PROPERTY = /\/requestBody\/(?!.*\/not\/).*\/properties\/[^/]+$/;

/** The first rule that applies decides; what redocly rates as major stays major. */
const RULES: readonly Rule[] = [
  {
    applies: ({ typeName, property = "" }) => TEXT_NODES.test(typeName) || TEXT_PROPERTIES.test(property),
    impact: "patch",
  },
  {
    applies: ({ kind, path, property }) => COMPONENT.test(path) && (kind === "removed" || property === "key"),
    impact: "major",
    because: "the exported type `components` no longer has it under this name",
  },
  {
    applies: ({ typeName, property, base, revision }) =>
      (typeName === "PathItem" && property === "key") ||
      (typeName === "Parameter" && property === "name" && !differInCase(base?.value, revision?.value)),
    impact: "major",
    because: "callers of `request()` write path templates and the names of ids",
  },
  {
    applies: ({ typeName, kind, property, path }) =>
      typeName === "Schema" && BODY_PROPERTY.test(path) && (kind === "removed" || property === "key"),
    impact: "major",
    because: "a body that still has it no longer compiles",
  },
  {
    applies: ({ property, path, revision }, { inRequests, inAnswers }) => {
      if (revision?.value !== true) return false;
      const component = componentIn(revision.pointer);
      const isIn = (part: string, components: ReadonlySet<string>): boolean =>
        component === undefined ? path.includes(`/${part}/`) : components.has(component);
      if (property === "readOnly") return isIn("requestBody", inRequests);
      return property === "writeOnly" && isIn("responses", inAnswers);
    },
    impact: "major",
    because: "a request may no longer carry it, or an answer no longer does",
  },
  {
    applies: ({ typeName, kind, revision }) =>
      typeName === "RequestBody" && kind === "added" && (revision?.value as { required?: unknown })?.required === true,
    impact: "major",
    because: "calls without a body no longer compile",
  },
  {
    applies: ({ typeName }, { defaultServerChanged }) => typeName.startsWith("Server") && defaultServerChanged,
    impact: "major",
    because: "the first server is where a client sends its key unless it is told another",
  },
  {
    applies: ({ typeName, property }) => typeName === "Info" && property === "version",
    impact: "minor",
    because: "requests ask for this API version unless the client is told another",
  },
  {
    applies: ({ property }) => property === "deprecated",
    impact: "minor",
    because: "editors show it, and linters can refuse it",
  },
  {
    applies: ({ impact }) => impact === "patch",
    impact: "minor",
    because: "the types change, or what the API accepts or promises",
  },
];

/** A header is the same in any case. */
function differInCase(one: unknown, other: unknown): boolean {
  return String(one).toLowerCase() === String(other).toLowerCase();
}

/** The impact of a change on users of this package, and why where it is not redocly's own rating. */
export function rateForUsers(change: RedoclyChange, compared: Compared): Pick<Rule, "impact" | "because"> {
  if (change.impact === "major") return { impact: "major" };
  return RULES.find(({ applies }) => applies(change, compared)) ?? { impact: change.impact };
}
