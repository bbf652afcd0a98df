import { z } from "zod";
import { boundedList } from "./bounds.ts";
import { text, unknownNames } from "./query-parameters.ts";
import { MAX_PATTERN_LENGTH, patternProblem } from "./tag-pattern.ts";

/** What a rule may forbid to be done to a tag. A move is neither an addition nor a removal. */
export const TAG_RULE_VERBS = ["add", "remove", "move"] as const;

/** One of {@link TAG_RULE_VERBS}. */
export type TagRuleVerb = (typeof TAG_RULE_VERBS)[number];

/** For whose images a rule may be. */
export const TAG_RULE_SCOPES = ["project", "cloud"] as const;

/** One of {@link TAG_RULE_SCOPES}. */
export type TagRuleScope = (typeof TAG_RULE_SCOPES)[number];

/** How many rules a project has at most, and the cloud. */
export const MAX_TAG_RULES = 100;

/** The longest name of a role. Source: Keystone, `role.name`. */
const MAX_ROLE_LENGTH = 255;
const CONTROL_CHARACTER = /\p{Cc}/u;

const PATTERN =
  "The tags that it is about, whole and compared exactly: `*` stands for any text, also none, `?` for one character; " +
  "`\\*`, `\\?` and `\\\\` for these characters themselves.";

const scope = z.enum(TAG_RULE_SCOPES).meta({
  description: "`project`: it holds for the images of one project. `cloud`: for those of all.",
});

const verb = z.enum(TAG_RULE_VERBS);

/** A rule about tags that must not go or come. Times are `YYYY-MM-DDTHH:MM:SSZ`. */
export const tagRule = z
  .looseObject({
    id: z.string().meta({ description: "The rule's id, a UUID, which refusals name." }),
    scope,
    project_id: z.string().nullable().meta({ description: "The project; `null` for the cloud's." }),
    pattern: z.string().meta({ description: PATTERN }),
    forbid: z.array(verb).meta({ description: "What may not be done to such a tag." }),
    unless_role: z
      .string()
      .nullable()
      .meta({ description: "The role whose bearers may all the same; `null`: nobody." }),
    exempt: z.boolean().meta({ description: "Whether the caller has that role." }),
    created_at: z.string(),
    user_id: z.string().nullable().meta({ description: "Who made it." }),
  })
  .meta({ id: "TagRule" });

/** See {@link tagRule}. */
export type TagRule = z.infer<typeof tagRule>;

/** The rules that hold for the images of a project: its own, and the cloud's. */
export const tagRuleList = z.looseObject({ tag_rules: z.array(tagRule) }).meta({ id: "TagRuleList" });

const projectId = z
  .string()
  .min(1, "project_id must not be empty.")
  .max(255, "project_id has at most 255 characters.")
  .refine((id) => isPlain(id), "project_id must be well-formed Unicode without control characters.");

/** What is said of a rule that is to be made. */
export const newTagRule = z
  .strictObject(
    {
      pattern: z
        .string()
        .check((pattern) => {
          const message = patternProblem(pattern.value);
          if (message !== undefined) pattern.issues.push({ code: "custom", input: pattern.value, message });
        })
        .meta({ description: PATTERN, minLength: 1, maxLength: MAX_PATTERN_LENGTH }),
      forbid: boundedList(verb, TAG_RULE_VERBS.length)
        .refine((verbs) => verbs.length > 0, "forbid names at least one of add, remove and move.")
        .meta({ description: "What may not be done to such a tag." }),
      unless_role: z
        .string()
        .min(1, "unless_role must not be empty.")
        .max(MAX_ROLE_LENGTH, `unless_role has at most ${MAX_ROLE_LENGTH} characters.`)
        .refine(
          (role) => isPlain(role),
          "unless_role must be well-formed Unicode without control characters.",
        )
        .nullable()
        .optional()
        .meta({
          description: "The role whose bearers may all the same. Case does not matter. Absent: nobody.",
        }),
      scope: scope.optional().meta({ description: "`project` when absent. `cloud` is for administrators." }),
      project_id: projectId
        .optional()
        .meta({ description: "The project, when it is another than the caller's; for administrators." }),
    },
    unknownNames("member"),
  )
  .refine(({ scope: of, project_id: id }) => of !== "cloud" || id === undefined, {
    message: "A rule of the cloud is of no project: leave project_id out.",
  })
  .meta({ id: "NewTagRule" });

/** See {@link newTagRule}. */
export type NewTagRule = z.output<typeof newTagRule>;

/** The query of the rules. */
export const tagRulesQuery = z.strictObject(
  {
    project_id: text(
      "Those that hold for the images of this project, not the caller's; for administrators.",
    ).optional(),
  },
  unknownNames("parameter"),
);

function isPlain(word: string): boolean {
  return word.isWellFormed() && !CONTROL_CHARACTER.test(word);
}
