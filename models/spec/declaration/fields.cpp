#include "models/spec/declaration/fields.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"

namespace models::spec {
namespace {

std::string why_unknown(std::string_view name, const KnownNames& known) {
    const auto gone = std::ranges::find(known.gone, name, &Gone::name);
    if (gone != known.gone.end()) return std::string(gone->instead);
    if (known.parameters.empty()) return fmt::format("{} has no parameters", known.owner);
    return did_you_mean(name, known.parameters, "its parameters are");
}

}  // namespace

bool only_known(const Cursor& object, const KnownNames& known) {
    bool valid = true;
    for (const Cursor& member : object.members()) {
        const std::string_view name = member.name();
        if (std::ranges::count(known.parameters, name) > 0) continue;
        if (std::ranges::count(known.beside, name) > 0) continue;
        valid = member.problem_with_name(
            fmt::format("{} is not a parameter of {}", in_quotes(name), known.owner),
            why_unknown(name, known));
    }
    return valid;
}

bool complain_missing(const Cursor& object, std::string_view name, std::string_view doc) {
    return object.problem(fmt::format("{} is missing", in_quotes(name)), std::string(doc));
}

bool complain_checks(const Cursor& object, const Check& check) {
    for (const Check::Complaint& complaint : check.complaints()) {
        const std::optional<Cursor> member = object.member(complaint.parameter);
        (member ? *member : object).problem(complaint.message, complaint.hint);
    }
    return check.passed();
}

bool complain_limits(const Cursor& value, const std::string& limits) {
    if (limits == "not empty") return value.problem("must not be empty");
    return value.problem(fmt::format("must be {}", limits));
}

bool parse_parameter(const Parameter& parameter, const Cursor& object, void* out) {
    const std::optional<Cursor> value = object.member(parameter.name);
    if (!value)
        return !parameter.is_required || complain_missing(object, parameter.name, parameter.doc);
    return parameter.actions->parse(*value, parameter.in(out), parameter.limits);
}

bool parse_parameters(const Parameters& parameters, const Cursor& object, void* out,
                      KnownNames names) {
    for (const Parameter& parameter : parameters) names.parameters.push_back(parameter.name);
    bool valid = only_known(object, names);
    for (const Parameter& parameter : parameters) {
        valid = parse_parameter(parameter, object, out) && valid;
    }
    return valid;
}

void echo_parameters(const Parameters& parameters, const void* value, Json& object) {
    for (const Parameter& parameter : parameters) {
        object.put(parameter.name, parameter.actions->echo(parameter.in(value)));
    }
}

Field field_of(const Parameter& parameter, const void* initial, Types& types) {
    Field field;
    field.name = parameter.name;
    field.doc = parameter.doc;
    field.type = parameter.actions->type(types, parameter.limits, field);
    field.is_required = parameter.is_required;
    if (!parameter.is_required) field.initial = parameter.actions->echo(parameter.in(initial));
    return field;
}

std::vector<Field> fields_of(const Parameters& parameters, const void* initial, Types& types) {
    std::vector<Field> fields;
    for (const Parameter& parameter : parameters) {
        fields.push_back(field_of(parameter, initial, types));
    }
    return fields;
}

void randomize_parameters(const Parameters& parameters, Random& random, void* value) {
    for (const Parameter& parameter : parameters) {
        parameter.actions->randomize(random, parameter.in(value), parameter.limits);
    }
}

void visit_parameters(const Parameters& parameters, const void* value, const std::string& pointer,
                      const Visitor& visitor) {
    for (const Parameter& parameter : parameters) {
        parameter.actions->visit(parameter.in(value), pointer_to(pointer, parameter.name), visitor);
    }
}

}  // namespace models::spec
