// The module's functions for the page. Each takes a request, a JSON object that the page has put
// where request() says, and leaves an answer, a JSON object too, at answer(), of answer_size()
// bytes.
#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "models/spec/json/document.h"
#include "models/spec/json/json_text.h"
#include "reports/words/terminal.h"
#include "tools/lab_file.h"
#include "tools/limits.h"
#include "tools/playground/module/files.h"
#include "tools/playground/module/page.h"
#include "tools/playground/module/played.h"

namespace tools {

// A module has 4 GiB of addresses; half of it is what a list that doubles needs.
std::uint64_t memory_available() {
    return std::uint64_t{2} << 30U;
}

}  // namespace tools

namespace playground {

namespace {

namespace spec = models::spec;

std::string asked;
std::string answered;

std::string text_of(const spec::Json& request, std::string_view name) {
    const spec::Json* const found = request.find(name);
    return found != nullptr && found->text() != nullptr ? *found->text() : std::string();
}

std::uint64_t number_of(const spec::Json& request, std::string_view name) {
    const spec::Json* const found = request.find(name);
    const auto* const number =
        found == nullptr ? nullptr : std::get_if<std::uint64_t>(&found->content);
    return number == nullptr ? 0 : *number;
}

// The page is ours: what is no JSON is an error of it, and asks for nothing.
spec::Json request() {
    spec::Problems problems;
    return spec::read("request", asked, problems);
}

std::string quoted(const std::string& text) {
    return spec::compact_text(spec::Json(text));
}

std::string findings(const tools::CheckedFile& found) {
    return tools::check_json({found});
}

void put(spec::Json::List& list, const spec::Problems& problems) {
    for (const tools::CheckFinding& each : tools::findings_of(problems)) {
        list.emplace_back(fmt::format("{}:{}: {}", each.file, each.line, each.message));
    }
}

// What a lab plays side by side, and its controls.
spec::Json names_of(const tools::LabFile& lab) {
    spec::Json::List variants;
    for (const std::string& each : tools::variants_of(lab.lab).values) {
        if (!each.empty()) variants.emplace_back(each);
    }
    spec::Json::List controls;
    for (const auto& [name, control] : lab.lab.controls) controls.emplace_back(name);
    spec::Json names;
    names.put("title", lab.lab.title);
    names.put("about", lab.lab.about);
    names.put("vary", lab.lab.vary);
    names.put("variants", std::move(variants));
    names.put("controls", std::move(controls));
    names.put("seed", lab.lab.seeds.front());
    return names;
}

// The scenario of a lab as it is played for one variant under a control, or under none.
spec::Json opened_lab(const spec::Json& request) {
    const tools::LabFile lab = tools::read_lab(text_of(request, "name"));
    spec::Json::List wrong;
    put(wrong, lab.problems);
    if (!wrong.empty()) {
        spec::Json opened;
        opened.put("problems", std::move(wrong));
        return opened;
    }
    spec::Json opened = names_of(lab);
    const spec::Json::List& variants = *opened.find("variants")->list();
    std::string variant = text_of(request, "variant");
    if (variant.empty() && !variants.empty()) variant = *variants.front().text();
    const std::string control = text_of(request, "control");
    const tools::LabControl* under = nullptr;
    for (const auto& [name, each] : lab.lab.controls) {
        if (name == control) under = &each;
    }
    const models::ScenarioSource source = tools::source_of(lab, variant, under);
    spec::Problems problems;
    const spec::Json document = models::document_of(source, problems);
    put(wrong, problems);
    opened.put("file", source.file);
    opened.put("text", spec::indented_text(document) + "\n");
    opened.put("problems", std::move(wrong));
    return opened;
}

}  // namespace

}  // namespace playground

extern "C" {

// Where a request of so many bytes is to be put.
[[clang::export_name("request")]] char* request(std::uint32_t bytes) {
    playground::end_when_out_of_memory();
    playground::asked.assign(bytes, ' ');
    return playground::asked.data();
}

[[clang::export_name("answer")]] const char* answer() {
    return playground::answered.data();
}

[[clang::export_name("answer_size")]] std::uint32_t answer_size() {
    return static_cast<std::uint32_t>(playground::answered.size());
}

// {NAME: TEXT}: files that scenarios and labs may name.
[[clang::export_name("add_files")]] void add_files() {
    using namespace playground;
    const auto all = request();
    if (const auto* const object = all.object()) {
        for (const auto& [name, text, place] : *object) {
            if (text.text() != nullptr) files()[name] = *text.text();
        }
    }
    answered = "{}";
}

// {name, text} -> spate.check/1.
[[clang::export_name("check")]] void check_scenario() {
    using namespace playground;
    const auto wanted = request();
    answered = findings(check(text_of(wanted, "name"), text_of(wanted, "text")).found);
}

// {name, text, seed} -> {check, problem, fingerprint, run, drawn, postmortem}; all but the first
// two are null when there is no run.
[[clang::export_name("play")]] void play_scenario() {
    using namespace playground;
    const auto wanted = request();
    const std::string name = text_of(wanted, "name");
    const Checked checked = check(name, text_of(wanted, "text"));
    Played played;
    if (checked.found.problems.empty()) {
        played = play(checked.loaded, name, number_of(wanted, "seed"));
    }
    const auto json = [](const std::string& text) { return text.empty() ? "null" : text; };
    answered = fmt::format(
        R"({{"check":{},"problem":{},"fingerprint":{},"run":{},"drawn":{},"postmortem":{}}})",
        findings(checked.found), played.problem.empty() ? "null" : quoted(played.problem),
        played.fingerprint.empty() ? "null" : quoted(played.fingerprint), json(played.run),
        json(played.drawn), json(played.postmortem));
}

// {name, variant, control} -> {title, about, vary, variants, controls, seed, file, text, problems}.
[[clang::export_name("open_lab")]] void open_lab() {
    using namespace playground;
    answered = models::spec::compact_text(opened_lab(request()));
}

}  // extern "C"
