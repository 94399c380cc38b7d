#include <doctest/doctest.h>

#include <string>

#include "models/spec/declaration/reference.h"
#include "models/topology/load.h"

namespace {

template <class Check>
void for_each_parameter(const Check& check) {
    const models::spec::Types types = models::scenario_types();
    for (const models::spec::Definition& definition : types.definitions()) {
        for (const models::spec::Model& model : definition.models) {
            for (const models::spec::Field& field : model.fields) {
                CAPTURE(definition.name);
                CAPTURE(model.kind);
                CAPTURE(field.name);
                CAPTURE(field.doc);
                check(field);
            }
        }
    }
}

bool says(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a parameter without a default says what happens without it") {
    for_each_parameter([](const models::spec::Field& field) {
        if (field.is_required || !field.initial.is_null()) return;
        CHECK((says(field.doc, "Without it") || says(field.doc, "Without them") ||
               says(field.doc, "Without any")));
    });
}

TEST_CASE("what a parameter does is said in sentences, of what is there") {
    for_each_parameter([](const models::spec::Field& field) {
        CHECK(field.doc.size() >= 8);
        CHECK(field.doc.ends_with('.'));
        // "Without it none is" makes the reader look for what is meant.
        for (const char* const riddle :
             {" none is", " none are", " none does", " there are none"}) {
            CHECK(!says(field.doc, riddle));
        }
    });
}

TEST_CASE("each word of an enumeration is explained, by its sentence or one of its own") {
    for_each_parameter([](const models::spec::Field& field) {
        for (const models::spec::TypeWord& word : field.type.words) {
            CAPTURE(word.name);
            CHECK((!word.doc.empty() || says(field.doc, word.name)));
        }
    });
}

TEST_CASE("describe and the reference say what each word of an enumeration means") {
    const models::spec::Types types = models::scenario_types();
    CHECK(says(*models::spec::describe(types, "nodes.server"), "\n        pack: Bin packing"));
    CHECK(says(models::spec::reference_markdown(types), "<br>`pack`: Bin packing"));
}
