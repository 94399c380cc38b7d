// What an editor offers in "expect": the words that statements can name, each with its unit and
// sentence.
#pragma once

#include "models/spec/declaration/types.h"

namespace tools {

// Of one statement, as JSON Schema: any text; what it names is described where it is pointed at,
// and offered as a snippet while it is written (`defaultSnippets`, as VS Code reads it).
models::spec::Json statement_schema(const models::spec::Types& types);

// Puts it where a scenario's schema says what its statements are.
void add_statements(models::spec::Json& schema, const models::spec::Types& types);

// The schema of a scenario with those, as a file.
std::string schema_text();

}  // namespace tools
