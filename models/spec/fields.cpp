#include "models/spec/fields.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/spec/nearest.h"
#include "models/spec/printable.h"

namespace models::spec {
namespace {

std::string why_unknown(std::string_view name, const KnownNames& known) {
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

}  // namespace models::spec
