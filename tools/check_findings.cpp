#include "tools/check_findings.h"

#include "models/spec/json/json_text.h"

namespace tools {

namespace {

namespace spec = models::spec;

spec::Json text_or_null(const std::string& text) {
    return text.empty() ? spec::Json() : spec::Json(text);
}

spec::Json number_or_null(std::uint32_t number) {
    return number == 0 ? spec::Json() : spec::Json(std::uint64_t{number});
}

void add(spec::Json::List& list, const std::vector<CheckFinding>& findings) {
    for (const CheckFinding& each : findings) {
        spec::Json json;
        json.put("file", text_or_null(each.file));
        json.put("line", number_or_null(each.line));
        json.put("column", number_or_null(each.column));
        json.put("path", text_or_null(each.path));
        json.put("message", each.message);
        json.put("hint", text_or_null(each.hint));
        list.push_back(std::move(json));
    }
}

}  // namespace

CheckFinding finding_of(const spec::Problem& problem, const spec::Problems& problems) {
    CheckFinding found;
    found.path = problem.pointer;
    found.message = problem.message;
    found.hint = problem.hint;
    if (problem.place.source >= problems.sources().size()) return found;
    const spec::Source& source = problems.source(problem.place.source);
    found.file = source.name;
    if (!source.has_lines) return found;
    found.line = problem.place.line;
    found.column = problem.place.line > 0 ? problem.place.column : 0;
    return found;
}

std::vector<CheckFinding> findings_of(const spec::Problems& problems) {
    std::vector<CheckFinding> found;
    for (const spec::Problem& each : problems.sorted()) found.push_back(finding_of(each, problems));
    return found;
}

std::string check_json(const std::vector<CheckedFile>& files) {
    spec::Json::List checked;
    spec::Json::List problems;
    spec::Json::List warnings;
    for (const CheckedFile& each : files) {
        spec::Json one;
        one.put("file", each.file);
        one.put("ok", each.problems.empty());
        checked.push_back(std::move(one));
        add(problems, each.problems);
        add(warnings, each.warnings);
    }
    spec::Json json;
    json.put("schema", "spate.check/1");
    json.put("ok", problems.empty());
    json.put("files", std::move(checked));
    json.put("problems", std::move(problems));
    json.put("warnings", std::move(warnings));
    return spec::indented_text(json) + "\n";
}

}  // namespace tools
