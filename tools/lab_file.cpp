#include "tools/lab_file.h"

#include <algorithm>
#include <set>

#include "models/spec/documents/source_file.h"
#include "models/spec/json/json_text.h"
#include "tools/vary.h"

namespace tools {

namespace {

namespace spec = models::spec;

bool is_settings(const spec::Json& set) {
    return set.is_null() || set.object() != nullptr;
}

bool is_variants(const LabVariants& variants) {
    const std::set<std::string> different(variants.values.begin(), variants.values.end());
    return !variants.path.empty() && different.size() == variants.values.size() &&
           !different.contains("");
}

bool is_named_variants(const spec::Json& variants) {
    const auto* named = variants.object();
    return named != nullptr && !named->empty() &&
           std::ranges::all_of(*named, [](const spec::Member& each) {
               return !each.name.empty() && each.name.find(']') == std::string::npos &&
                      is_settings(each.value);
           });
}

// What the declarations cannot say.
void check(LabFile& file) {
    const Lab& lab = file.lab;
    const auto refuse = [&](const std::string& pointer, const std::string& message) {
        file.problems.add({spec::nearest_place(file.document, pointer), pointer, message, ""});
    };
    if (lab.scenario.text() == nullptr && lab.scenario.object() == nullptr) {
        refuse("/scenario", "expected a file's name, or a scenario");
    }
    if (!is_settings(lab.set)) refuse("/set", "expected paths and their values");
    for (std::size_t i = 0; i < lab.checks.size(); ++i) {
        if (is_settings(lab.checks[i].set)) continue;
        refuse(spec::pointer_to("/checks", i) + "/set", "expected paths and their values");
    }
    if (!is_settings(lab.control.set)) refuse("/control/set", "expected paths and their values");
    if (settings_of(lab.control.set).empty() && lab.control.overlays.empty()) {
        refuse("/control", "the control changes nothing: it needs \"set\" or \"overlays\"");
    }
    if (!lab.vary.empty() && !lab.variants.is_null()) {
        refuse("/variants", "there is a \"vary\" already");
    } else if (!lab.vary.empty() && !is_variants(variants_of(lab))) {
        refuse("/vary", "expected PATH=a,b,c, with different values");
    }
    if (!lab.variants.is_null() && !is_named_variants(lab.variants)) {
        refuse("/variants", "expected names, and for each its paths and their values");
    }
    const bool has_claim = !lab.claim.empty() || !lab.promql.empty();
    if (has_claim == !lab.refused.empty()) {
        refuse("", "expected either a \"claim\", \"promql\" or \"refused\"");
    }
    if (!lab.promql.empty() && !variants_of(lab).is_one()) {
        refuse("/promql", "expected a lab without variants: a statement is about one run");
    }
}

}  // namespace

std::vector<std::string> settings_of(const spec::Json& set) {
    std::vector<std::string> settings;
    if (const auto* object = set.object()) {
        for (const auto& member : *object) {
            settings.push_back(member.name + "=" + spec::compact_text(member.value));
        }
    }
    return settings;
}

LabVariants variants_of(const Lab& lab) {
    const std::string& vary = lab.vary;
    if (const auto* named = lab.variants.object()) {
        LabVariants variants;
        for (const spec::Member& each : *named) variants.values.push_back(each.name);
        return variants;
    }
    if (vary.empty()) return {"", {""}};
    const std::size_t equals = vary.find('=');
    if (equals == std::string::npos) return {"", {""}};
    return {vary.substr(0, equals), split_values(vary.substr(equals + 1))};
}

LabFile read_lab(const std::filesystem::path& path) {
    LabFile file;
    file.path = path;
    file.document = spec::read_file(path.string(), file.problems);
    if (!file.problems.empty()) return file;
    file.lab = spec::parse<Lab>(file.document, file.problems);
    if (file.problems.empty()) check(file);
    return file;
}

models::ScenarioSource source_of(const LabFile& file, const Finding& finding, bool control) {
    models::ScenarioSource source = source_of(file, "", control);
    const std::vector<std::string> settings = settings_of(finding.set);
    source.sets.insert(source.sets.end(), settings.begin(), settings.end());
    return source;
}

models::ScenarioSource source_of(const LabFile& file, const std::string& variant, bool control) {
    const Lab& lab = file.lab;
    const std::filesystem::path folder = file.path.parent_path();
    models::ScenarioSource source;
    if (const std::string* name = lab.scenario.text()) {
        source.file = (folder / *name).lexically_normal().string();
    } else {
        source.file = file.path.string() + ", \"scenario\"";
        source.text = spec::indented_text(lab.scenario);
    }
    for (const std::string& overlay : lab.overlays) {
        source.overlays.push_back((folder / overlay).string());
    }
    source.sets = settings_of(lab.set);
    if (const spec::Json* named = lab.variants.find(variant)) {
        const std::vector<std::string> settings = settings_of(*named);
        source.sets.insert(source.sets.end(), settings.begin(), settings.end());
    } else if (!variant.empty()) {
        source.sets.push_back(variants_of(lab).path + "=" + variant);
    }
    if (!control) return source;
    for (const std::string& overlay : lab.control.overlays) {
        source.overlays.push_back((folder / overlay).string());
    }
    const std::vector<std::string> settings = settings_of(lab.control.set);
    source.sets.insert(source.sets.end(), settings.begin(), settings.end());
    return source;
}

}  // namespace tools
