#include "models/spec/declaration/schema.h"

#include <cassert>

namespace models::spec {

Json json_schema(const Types& types) {
    assert(!types.definitions().empty());
    const Definition& root = types.definitions().front();
    Json schema;
    schema.put("$schema", "http://json-schema.org/draft-07/schema#");
    schema.put("title", root.name);
    for (const Member& member : *root.schema.object()) schema.put(member.name, member.value);
    if (Json* const properties = schema.find("properties")) {
        properties->put("$schema", text_type("", "").schema);
    }
    Json definitions{Json::Object{}};
    for (const Definition& definition : types.definitions()) {
        if (&definition != &root) definitions.put(definition.name, definition.schema);
    }
    schema.put("definitions", std::move(definitions));
    return schema;
}

}  // namespace models::spec
