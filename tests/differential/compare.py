"""Compares the engine with the `jsonschema` package of PyPI on generated pairs of schema and instance.

    compare.py ENGINE [PAIRS [SEED]]

Prints every disagreement, then how many pairs were compared. Numbers are exact on both sides.
"""

import json
import random
import subprocess
import sys
from decimal import Decimal

import jsonschema
from jsonschema import validators

URIS = {
    "4": "http://json-schema.org/draft-04/schema#",
    "6": "http://json-schema.org/draft-06/schema#",
    "7": "http://json-schema.org/draft-07/schema#",
    "2019": "https://json-schema.org/draft/2019-09/schema",
    "2020": "https://json-schema.org/draft/2020-12/schema",
}
NAMES = ["a", "b", "c", "foo", "bar", "x-1", "é"]
WORDS = ["", "a", "ab", "abc", "foo", "bar", "x-1", "é", "🐲🐲", "a\nb"]
NUMBERS = ["0", "1", "1.0", "-1", "2", "3", "1.5", "0.1", "19.99", "1e2", "100", "-0.0", "9007199254740993", "1e20", "0.30"]
PATTERNS = ["^a", "b$", "^[a-c]+$", "o{2}", "^x-", "^$", ".", "\\d"]
TYPES = ["null", "boolean", "object", "array", "number", "string", "integer"]


class Literal:
    """A number that keeps its text."""

    def __init__(self, text):
        self.text = text


def instance(rng, depth):
    kind = rng.random()
    if depth > 0 and kind < 0.25:
        return [instance(rng, depth - 1) for _ in range(rng.choice([0, 1, 1, 2, 3, 4]))]
    if depth > 0 and kind < 0.6:
        return {name: instance(rng, depth - 1) for name in rng.sample(NAMES, rng.choice([0, 1, 2, 2, 3, 4]))}
    if kind < 0.8:
        return Literal(rng.choice(NUMBERS))
    return rng.choice([None, True, False] + WORDS)


def number(rng):
    return Literal(rng.choice(NUMBERS))


def count(rng):
    return rng.randint(0, 3)


class SchemaMaker:
    """Makes schemas of one draft."""

    def __init__(self, rng, draft):
        self.rng = rng
        self.draft = draft
        self.order = list(URIS).index(draft)

    def since(self, draft):
        return self.order >= list(URIS).index(draft)

    def schema(self, depth):
        rng = self.rng
        if self.since("6") and rng.random() < 0.06:
            return rng.random() < 0.6
        if rng.random() < 0.08:
            return {"$ref": rng.choice(["#/definitions/one", "#/definitions/two"])}
        makers = self.makers(depth)
        chosen = rng.sample(sorted(makers), min(len(makers), rng.choice([1, 1, 2, 2, 3, 4])))
        made = {}
        for name in chosen:
            value = makers[name]()
            if isinstance(value, dict) and name.startswith("+"):
                made.update(value)
            else:
                made[name] = value
        return made

    def some(self, depth, least=1):
        return [self.schema(depth) for _ in range(self.rng.randint(least, 3))]

    def named(self, depth):
        return {name: self.schema(depth) for name in self.rng.sample(NAMES, self.rng.randint(1, 3))}

    def names(self):
        return self.rng.sample(NAMES, self.rng.randint(1, 2))

    def makers(self, depth):
        rng = self.rng
        makers = {
            "type": lambda: rng.choice(TYPES) if rng.random() < 0.7 else rng.sample(TYPES, rng.randint(1, 3)),
            "enum": lambda: [instance(rng, 2) for _ in range(rng.randint(1, 4))],
            "minimum": lambda: number(rng),
            "maximum": lambda: number(rng),
            "multipleOf": lambda: Literal(rng.choice(["1", "2", "0.1", "0.01", "1.5", "3", "1e-3"])),
            "minLength": lambda: count(rng),
            "maxLength": lambda: count(rng),
            "pattern": lambda: rng.choice(PATTERNS),
            "minItems": lambda: count(rng),
            "maxItems": lambda: count(rng),
            "uniqueItems": lambda: rng.random() < 0.8,
            "minProperties": lambda: count(rng),
            "maxProperties": lambda: count(rng),
            "required": self.names,
        }
        if self.since("6"):
            makers["const"] = lambda: instance(rng, 2)
            makers["exclusiveMinimum"] = lambda: number(rng)
            makers["exclusiveMaximum"] = lambda: number(rng)
        else:
            makers["+exclusive"] = lambda: {"minimum": number(rng), "exclusiveMinimum": rng.random() < 0.5}
        if self.since("2019"):
            makers["dependentRequired"] = lambda: {rng.choice(NAMES): self.names()}
        if depth > 0:
            makers.update(self.applicators(depth - 1))
        return makers

    def applicators(self, depth):
        rng = self.rng
        makers = {
            "properties": lambda: self.named(depth),
            "patternProperties": lambda: {rng.choice(PATTERNS): self.schema(depth)},
            "additionalProperties": lambda: rng.choice([True, False, self.schema(depth)]),
            "allOf": lambda: self.some(depth),
            "anyOf": lambda: self.some(depth),
            "oneOf": lambda: self.some(depth),
            "not": lambda: self.schema(depth),
            "items": lambda: self.schema(depth),
        }
        if not self.since("2019"):
            makers["dependencies"] = lambda: {rng.choice(NAMES): rng.choice([self.names(), self.schema(depth)])}
        if not self.since("2020"):
            makers["+tuple"] = lambda: {"items": self.some(depth), "additionalItems": rng.choice([True, False, self.schema(depth)])}
        else:
            makers["prefixItems"] = lambda: self.some(depth)
        if self.since("6"):
            makers["contains"] = lambda: self.schema(depth)
            makers["propertyNames"] = lambda: self.schema(depth)
        if self.since("7"):
            makers["+condition"] = lambda: {"if": self.schema(depth), "then": self.schema(depth), "else": self.schema(depth)}
        if self.since("2019"):
            makers["dependentSchemas"] = lambda: {rng.choice(NAMES): self.schema(depth)}
            makers["+contains"] = lambda: {"contains": self.schema(depth), "minContains": count(rng), "maxContains": count(rng)}
        if self.since("2020"):
            # Not for 2019-09: there `jsonschema` stumbles over `items: true` and forgets what a nested keyword evaluated.
            makers["unevaluatedItems"] = lambda: rng.choice([False, self.schema(depth)])
            makers["unevaluatedProperties"] = lambda: rng.choice([False, self.schema(depth)])
        return makers

    def document(self):
        made = self.schema(3)
        while not isinstance(made, dict) or "$ref" in made:
            made = self.schema(3)
        made["$schema"] = URIS[self.draft]
        # One refers to nothing and the other to it, so that no reference can run in a circle.
        definitions = SchemaMaker(self.rng, self.draft)
        definitions.schema = lambda depth: SchemaMaker.plain(definitions, depth)
        made["definitions"] = {"one": definitions.schema(1), "two": {"anyOf": [definitions.schema(1), {"$ref": "#/definitions/one"}]}}
        return made

    def plain(self, depth):
        made = SchemaMaker.schema(self, depth)
        while isinstance(made, dict) and "$ref" in made:
            made = SchemaMaker.schema(self, depth)
        return made


def to_text(value):
    if isinstance(value, Literal):
        return value.text
    if isinstance(value, list):
        return "[" + ",".join(map(to_text, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(key) + ":" + to_text(item) for key, item in value.items()) + "}"
    return json.dumps(value)


def is_integer(_checker, value):
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, Decimal) and value == value.to_integral_value())


def is_draft4_integer(_checker, value):
    # Draft-04: a number written without a fraction.
    return is_integer(_checker, value) and (isinstance(value, int) or value.as_tuple().exponent >= 0)


def is_number(_checker, value):
    return not isinstance(value, bool) and isinstance(value, (int, Decimal))


def exact_validator(schema):
    base = validators.validator_for(schema)
    integer = is_draft4_integer if base is jsonschema.Draft4Validator else is_integer
    checker = base.TYPE_CHECKER.redefine("integer", integer).redefine("number", is_number)
    return validators.extend(base, type_checker=checker)(schema)


def expected(line):
    pair = json.loads(line, parse_float=Decimal)
    try:
        return "valid" if exact_validator(pair["schema"]).is_valid(pair["instance"]) else "invalid"
    except TypeError:
        # It expects an array where `items` may be a boolean.
        return None


def main():
    engine = sys.argv[1]
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 10000
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    lines = []
    while len(lines) < pairs:
        schema = to_text(SchemaMaker(rng, rng.choice(list(URIS))).document())
        lines += ['{"schema":' + schema + ',"instance":' + to_text(instance(rng, 3)) + "}" for _ in range(5)]
    answers = subprocess.run([engine], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True).stdout
    counts = {}
    disagreements = 0
    unanswered = 0
    for line, answer in zip(lines, answers.splitlines(), strict=True):
        counts[answer] = counts.get(answer, 0) + 1
        wanted = expected(line)
        if wanted is None:
            unanswered += 1
        elif answer != wanted:
            disagreements += 1
            print(f"{answer}, but jsonschema says {wanted}: {line}")
    print(f"{len(lines)} pairs, {counts}, {unanswered} without an answer of jsonschema, {disagreements} disagreements")
    sys.exit(1 if disagreements else 0)


if __name__ == "__main__":
    main()
