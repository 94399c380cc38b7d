#include "tools/subject.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "models/spec/documents/source_file.h"
#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"
#include "tools/lab_file.h"
#include "tools/shipped.h"

namespace tools {

namespace {

// Only a lab has controls beside its scenario.
bool is_lab(const models::spec::Json& document) {
    return document.find("scenario") != nullptr &&
           (document.find("claim") != nullptr || document.find("controls") != nullptr);
}

// Whether a name is one of those that a lab has; else what to say about it is added.
bool is_known(const std::string& option, const std::string& name,
              const std::vector<std::string>& all, std::string& problems) {
    if (name.empty() || std::ranges::find(all, name) != all.end()) return true;
    const std::vector<std::string_view> names(all.begin(), all.end());
    problems +=
        fmt::format("spate: there is no {} {}\n    {}\n", option, models::spec::in_quotes(name),
                    names.empty() ? "this lab has none"
                                  : models::spec::did_you_mean(name, names, "there are:"));
    return false;
}

std::optional<Subject> subject_of_lab(const std::string& file, const SubjectArguments& wanted,
                                      std::string& problems) {
    const LabFile lab = read_lab(file);
    if (!lab.problems.empty()) {
        problems += lab.problems.render();
        return std::nullopt;
    }
    const LabVariants variants = variants_of(lab.lab);
    std::vector<std::string> controls;
    const LabControl* control = nullptr;
    for (const auto& [name, each] : lab.lab.controls) {
        controls.push_back(name);
        if (name == wanted.control) control = &each;
    }
    const std::vector<std::string> values =
        variants.is_one() ? std::vector<std::string>() : variants.values;
    const bool has_variant = is_known("variant", wanted.variant, values, problems);
    if (!is_known("control", wanted.control, controls, problems) || !has_variant) {
        return std::nullopt;
    }
    Subject subject;
    subject.name = std::filesystem::path(file).stem().string();
    subject.title = lab.lab.title;
    subject.source = source_of(lab, wanted.variant, control);
    lay_over(subject.source, wanted.overlays, wanted.sets);
    if (!wanted.variant.empty()) return subject;
    subject.vary = lab.lab.vary;
    if (!subject.vary.empty()) return subject;
    for (const std::string& name : values) {
        subject.variants.push_back({name, source_of(lab, name, control)});
        lay_over(subject.variants.back().source, wanted.overlays, wanted.sets);
    }
    return subject;
}

}  // namespace

bool is_lab(const std::string& file) {
    if (file == "-") return false;
    models::spec::Problems found;
    const models::spec::Json document = models::spec::read_file(file, found);
    return found.empty() && is_lab(document);
}

std::optional<Subject> subject_of(const SubjectArguments& wanted, std::string& problems) {
    const auto file = asked_file(wanted.file, problems);
    if (!file) return std::nullopt;
    models::spec::Problems found;
    const models::spec::Json document = models::spec::read_file(*file, found);
    if (!found.empty()) {
        problems += found.render();
        return std::nullopt;
    }
    if (*file != "-" && is_lab(document)) return subject_of_lab(*file, wanted, problems);
    if (!wanted.variant.empty() || !wanted.control.empty()) {
        problems += "spate: --variant and --control are for labs, and this is a scenario\n";
        return std::nullopt;
    }
    Subject subject;
    subject.name = *file == "-" ? "standard input" : std::filesystem::path(*file).stem().string();
    const models::spec::Source& read = found.source(document.place.source);
    subject.source.file = read.name;
    subject.source.text = read.text;
    lay_over(subject.source, wanted.overlays, wanted.sets);
    return subject;
}

void lay_over(models::ScenarioSource& source, const std::vector<std::string>& overlays,
              const std::vector<std::string>& sets) {
    for (const std::string& overlay : overlays) source.overlays.push_back(shipped_file(overlay));
    source.sets.insert(source.sets.end(), sets.begin(), sets.end());
}

std::optional<LoadedSubject> load_subject(const SubjectArguments& wanted) {
    std::string problems;
    auto subject = subject_of(wanted, problems);
    if (!subject) {
        fmt::print(stderr, "{}", problems);
        return std::nullopt;
    }
    LoadedSubject found{std::move(*subject), {}};
    found.loaded = models::load(found.subject.source);
    if (!found.loaded.scenario) {
        fmt::print(stderr, "{}", found.loaded.problems.render());
        return std::nullopt;
    }
    return found;
}

}  // namespace tools
