#include "tools/variants.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "models/spec/json/document.h"
#include "models/spec/json/json_text.h"
#include "models/spec/json/printable.h"
#include "tools/command.h"
#include "tools/family_members.h"
#include "tools/sensitivity.h"
#include "tools/subject.h"
#include "tools/vary.h"

namespace tools {

namespace {

namespace spec = models::spec;

constexpr std::size_t kMostVariants = 10'000;

// One value of one axis. A member that "all" brought in may turn out not to fit where it stands;
// then it is left out rather than wrong.
struct Point {
    Variation variation;
    std::string bare;  // of a member, without the parameters that were kept; else empty
    bool is_optional = false;
};
using Points = std::vector<Point>;

std::string plain(const spec::Json& value) {
    const std::string* const text = value.text();
    return text != nullptr ? *text : spec::compact_text(value);
}

// {"kind": "least_request", "choices": 3} reads "least_request choices=3".
std::string label_of(const std::string& value) {
    spec::Problems unheeded;
    const spec::Json json = spec::read("value", value, unheeded);
    const spec::Json* const kind = json.find("kind");
    if (!unheeded.empty() || kind == nullptr || kind->text() == nullptr) return value;
    std::string label = *kind->text();
    for (const spec::Member& member : *json.object()) {
        if (member.name == "kind") continue;
        label += fmt::format(" {}={}", member.name, plain(member.value));
    }
    return label;
}

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

// The points of an axis, in a document that says which kinds its path goes through.
class AxisPoints {
public:
    AxisPoints(const Axis& axis, const spec::Json& document, std::vector<std::string>& left_out)
        : axis_(axis), left_out_(left_out) {
        const bool is_family = std::ranges::find(axis.values, "all") != axis.values.end() ||
                               axis.path.ends_with(".kind");
        if (is_family) members_ = members_at(models::scenario_types(), document, axis.path);
    }

    // "all" of what is no family is a value like any other: loading says what is expected there,
    // and what may have been meant by a path that leads nowhere.
    Points find() {
        Points points;
        for (const std::string& value : axis_.values) {
            if (value == "all" && !members_.empty()) {
                add_all(points);
            } else {
                points.push_back(named(value));
            }
        }
        return points;
    }

private:
    void add_all(Points& points) {
        for (const Member& member : members_) {
            if (member.missing.empty()) {
                points.push_back(point_of(member, true));
            } else {
                left_out_.push_back(
                    fmt::format("{}: it needs {}", member.kind, listed(member.missing)));
            }
        }
    }

    // A kind takes with it only the parameters that it has, too.
    Point named(const std::string& value) const {
        const auto member = std::ranges::find(members_, value, &Member::kind);
        if (member != members_.end() && member->missing.empty()) return point_of(*member, false);
        return {{axis_.path, value, label_of(value)}, "", false};
    }

    Point point_of(const Member& member, bool is_optional) const {
        return {{place_of(axis_.path), member.value, member.kind}, member.bare, is_optional};
    }

    const Axis& axis_;
    std::vector<std::string>& left_out_;
    std::vector<Member> members_;
};

// "replicas=4" in "replicas=4 balancer=random": the last name of a path.
std::string short_path(const std::string& path) {
    const std::size_t dot = path.rfind('.');
    return dot == std::string::npos ? path : path.substr(dot + 1);
}

std::string name_of(const std::string& file, const std::vector<Variation>& varied) {
    std::string name = file;
    for (const Variation& each : varied) {
        const bool is_alone = varied.size() == 1;
        name += (name.empty() ? "" : " ") +
                (is_alone ? each.label : fmt::format("{}={}", short_path(each.path), each.label));
    }
    return name.empty() ? "as it is" : name;
}

class Loader {
public:
    Loader(const VariantsAsked& asked, std::string& problems)
        : asked_(asked), problems_(problems) {}

    std::optional<Variants> load() {
        for (const std::string& vary : asked_.vary) {
            std::string problem;
            if (auto axis = axis_of(vary, problem)) {
                axes_.push_back(std::move(*axis));
            } else {
                problems_ += fmt::format("spate: {}\n", problem);
            }
        }
        if (std::ranges::count(asked_.files, "-") > 1) {
            problems_ += "spate: - can be read only once\n";
        }
        if (!problems_.empty()) return std::nullopt;
        for (const std::string& file : asked_.files) load_file(file);
        if (!problems_.empty()) return std::nullopt;
        make_names_different();
        return std::move(variants_);
    }

private:
    void load_file(const std::string& file) {
        const auto subject = subject_of({file, {}, {}, asked_.overlays, asked_.sets}, problems_);
        if (!subject) return;
        const models::ScenarioSource& source = subject->source;
        if (asked_.sensitivity) return load_moved({source, file, subject->name});
        if (axes_.empty() && !subject->variants.empty()) return load_named(*subject, file);
        std::vector<Axis> axes = axes_;
        std::string problem;
        if (axes.empty() && !subject->vary.empty()) {
            if (auto axis = axis_of(subject->vary, problem)) axes.push_back(std::move(*axis));
        }
        spec::Problems found;
        const spec::Json document = models::document_of(source, found);
        if (!found.empty()) return tell(found.render());
        std::vector<Points> points;
        std::size_t count = 1;
        for (const Axis& axis : axes) {
            points.push_back(AxisPoints(axis, document, variants_.left_out).find());
            count *= std::min(points.back().size(), kMostVariants + 1);
            if (count > kMostVariants) {
                problem = fmt::format("more than {} variants", kMostVariants);
                break;
            }
        }
        if (!problem.empty()) return tell(fmt::format("spate: {}\n", problem));
        const std::string prefix = asked_.files.size() > 1 ? subject->name : "";
        for (std::size_t n = 0; n < count; ++n) load_combination({source, file, prefix}, points, n);
    }

    struct From {
        const models::ScenarioSource& source;
        const std::string& file;
        const std::string& prefix;
    };

    // A lab's own.
    void load_named(const Subject& subject, const std::string& file) {
        const std::string prefix = asked_.files.size() > 1 ? subject.name + " " : "";
        for (const SubjectVariant& each : subject.variants) {
            models::Loaded loaded = models::load(each.source);
            if (!loaded.scenario) return tell(loaded.problems.render());
            variants_.each.push_back({prefix + each.name, file, {}, std::move(loaded)});
        }
    }

    // As it is, and with each assumption a little less and a little more.
    void load_moved(const From& from) {
        std::string problem;
        const auto moved = moved_inputs(from.source, *asked_.sensitivity, problem);
        if (!moved) return tell(problem);
        for (const MovedInput& each : *moved) {
            models::Loaded loaded = load_with(from.source, each.settings);
            if (!loaded.scenario) return tell(loaded.problems.render());
            variants_.each.push_back({each.name, from.file, each.settings, std::move(loaded)});
            if (!each.input.empty() &&
                (variants_.moved.empty() || variants_.moved.back() != each.input)) {
                variants_.moved.push_back(each.input);
            }
        }
    }

    // The n-th of all combinations; the last axis changes fastest.
    void load_combination(const From& from, const std::vector<Points>& points, std::size_t n) {
        std::vector<const Point*> chosen(points.size());
        for (std::size_t axis = points.size(); axis-- > 0;) {
            chosen[axis] = &points[axis][n % points[axis].size()];
            n /= points[axis].size();
        }
        std::vector<Variation> varied;
        for (const Point* point : chosen) varied.push_back(point->variation);
        const bool is_optional = std::ranges::any_of(chosen, &Point::is_optional);
        models::Loaded loaded = load_with(from.source, varied);
        if (!loaded.scenario && is_optional) {
            std::vector<Variation> bare = varied;
            for (std::size_t i = 0; i < chosen.size(); ++i) {
                if (chosen[i]->is_optional) bare[i].value = chosen[i]->bare;
            }
            loaded = load_with(from.source, bare);
            if (loaded.scenario) varied = std::move(bare);
        }
        const std::string name = name_of(from.prefix, varied);
        if (loaded.scenario) {
            if (const std::string why = why_too_large(*loaded.scenario); !why.empty()) {
                return tell(fmt::format("{}: {}\n", spec::printable(name), why));
            }
            variants_.each.push_back({name, from.file, std::move(varied), std::move(loaded)});
        } else if (is_optional && !varied.empty()) {
            variants_.left_out.push_back(
                fmt::format("{}: {}", name, loaded.problems.sorted().front().message));
        } else {
            tell(loaded.problems.render());
        }
    }

    static models::Loaded load_with(const models::ScenarioSource& plain,
                                    const std::vector<Variation>& varied) {
        models::ScenarioSource source = plain;
        for (const Variation& each : varied) {
            source.varied.push_back(each.path + "=" + each.value);
        }
        return models::load(source);
    }

    // What is wrong with the file is wrong with every variant of it, and is told once.
    void tell(const std::string& problem) {
        if (told_.insert(problem).second) problems_ += problem;
    }

    // Files of one name in different folders, objects that are labelled alike.
    void make_names_different() {
        std::set<std::string> names;
        for (LoadedVariant& variant : variants_.each) {
            const std::string name = variant.name;
            for (int n = 2; !names.insert(variant.name).second; ++n) {
                variant.name = fmt::format("{} ({})", name, n);
            }
        }
    }

    const VariantsAsked& asked_;
    std::string& problems_;
    std::vector<Axis> axes_;
    Variants variants_;
    std::set<std::string> told_;
};

}  // namespace

std::optional<Variants> load_variants(const VariantsAsked& asked, std::string& problems) {
    return Loader(asked, problems).load();
}

}  // namespace tools
