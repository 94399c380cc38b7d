#include "models/spec/declaration/schema.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "models/spec/json/json_text.h"
#include "tests/models/spec/declaration/small_world.h"

using namespace small_world;
using spec::Json;

namespace {

void walk(const Json& json, const std::function<void(const Json&)>& action) {
    action(json);
    if (const Json::List* list = json.list()) {
        for (const Json& element : *list) walk(element, action);
    }
    if (const Json::Object* object = json.object()) {
        for (const spec::Member& member : *object) walk(member.value, action);
    }
}

const Json& at(const Json& json, std::string_view pointer) {
    const Json* found = spec::find(json, pointer);
    CAPTURE(pointer);
    REQUIRE(found != nullptr);
    return *found;
}

}  // namespace

TEST_CASE("every reference of a schema leads to a definition") {
    const Json schema = spec::schema_of<World>();
    std::size_t count = 0;
    walk(schema, [&](const Json& json) {
        const Json* ref = json.find("$ref");
        if (ref == nullptr || ref->text() == nullptr) return;
        ++count;
        CHECK(spec::find(schema, ref->text()->substr(1)) != nullptr);
        CHECK(json.object()->size() == 1);  // draft-07 ignores what stands beside it
    });
    CHECK(count > 10);
}

TEST_CASE("every object of a schema that lists properties is closed, and requires only those") {
    std::size_t count = 0;
    walk(spec::schema_of<World>(), [&](const Json& json) {
        const Json* properties = json.find("properties");
        if (properties == nullptr || json.find("type") == nullptr) return;
        ++count;
        CHECK(at(json, "/additionalProperties") == Json(false));
        const Json* names = json.find("required");
        if (names == nullptr) return;
        for (const Json& name : *names->list()) CHECK(properties->find(*name.text()) != nullptr);
    });
    CHECK(count > 20);
}

TEST_CASE("a schema carries docs, defaults, limits, and what is required") {
    const Json schema = spec::schema_of<World>();
    CHECK(at(schema, "/$schema") == Json("http://json-schema.org/draft-07/schema#"));
    CHECK(at(schema, "/required") == Json(Json::List{Json("title")}));
    CHECK(at(schema, "/properties/title/type") == Json("string"));
    CHECK(at(schema, "/properties/limit/default") == Json("250ms"));
    CHECK(at(schema, "/properties/limit/description") ==
          Json("How long it may take. (at least 1ms, at most 1min)"));
    CHECK(at(schema, "/properties/offset/minimum") == Json(-5));
    CHECK(at(schema, "/properties/balancer/allOf/0/$ref") == Json("#/definitions/balancers"));
    CHECK(at(schema, "/definitions/balancers/anyOf/2/properties/kind/const") ==
          Json("least_request"));
    CHECK(at(schema, "/definitions/balancers/anyOf/2/properties/choices/minimum") == Json(1));
    CHECK(at(schema, "/definitions/balancers/anyOf/1/const") == Json("round_robin"));
    CHECK(at(schema, "/definitions/step/anyOf/4/properties/parallel/items/items/$ref") ==
          Json("#/definitions/step"));
}

TEST_CASE("a schema is JSON, and the same each time") {
    const std::string text = spec::indented_text(spec::schema_of<World>());
    spec::Problems problems;
    CHECK(spec::read("schema.json", text, problems) == spec::schema_of<World>());
    CHECK(problems.empty());
}
