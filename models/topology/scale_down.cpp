#include "models/topology/scale_down.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/spec/units/units.h"
#include "models/topology/document_problems.h"
#include "models/topology/scaling.h"

namespace models {

namespace {

class ScaleDown {
public:
    ScaleDown(Scenario& scenario, const spec::Json& document, spec::Problems& problems)
        : scenario_(scenario), problems_(document, problems) {}

    std::vector<std::string> run() {
        for (auto& [name, choice] : scenario_.nodes.entries) scale_node(name, choice);
        check_failures();
        check_links();
        const std::string share = spec::text_of(scenario_.run.scale);
        scenario_.name += fmt::format("{}{} of it", scenario_.name.empty() ? "" : ", ", share);
        scenario_.run.scale = sim::Fraction{1};
        return std::move(warnings_);
    }

private:
    void scale_node(const std::string& name, NodeChoice& choice) {
        const std::string pointer = spec::pointer_to("/nodes", name);
        Scaling scaling(scenario_.run.scale);
        if (!scale(choice, scaling)) {
            const std::string_view kind = choice.any().kind().name;
            problems_.add(pointer,
                          fmt::format("a {} has nothing to divide: a part of the system would need "
                                      "the whole of it",
                                      kind),
                          "play the whole: take run.scale out");
            return;
        }
        for (const Scaling::Refusal& each : scaling.refusals()) {
            std::string at = each.parameter;
            std::ranges::replace(at, '.', '/');
            problems_.add(pointer + "/" + at, each.message, each.hint);
        }
        for (const std::string& each : scaling.warnings()) warnings_.push_back(name + each);
    }

    // Those that strike instances by number or count would strike another share of fewer.
    void check_failures() {
        const spec::Json* const failures = problems_.find("/failures");
        if (failures == nullptr || failures->list() == nullptr) return;
        for (std::size_t i = 0; i < failures->list()->size(); ++i) {
            const spec::Json& each = (*failures->list())[i];
            const std::string at = spec::pointer_to("/failures", i);
            const spec::Json* const target = each.find("target");
            if (each.find("instances") != nullptr) {
                refuse(at + "/instances", "so many instances are another share of fewer",
                       "say a \"share\" of them");
            }
            if (target != nullptr && target->text() != nullptr &&
                target->text()->find('[') != std::string::npos) {
                refuse(at + "/target", "one instance is another share of fewer",
                       "say a \"share\" of them");
            }
        }
    }

    // A link that many share is no place for each: half of it takes twice as long for a message.
    void check_links() {
        constexpr std::array kShared = {"/network/across_zones", "/network/across_regions",
                                        "/network/to_users"};
        for (const char* const link : kShared) check_link(link);
        const spec::Json* const pairs = problems_.find("/network/pairs");
        if (pairs == nullptr || pairs->object() == nullptr) return;
        for (const spec::Member& from : *pairs->object()) {
            if (from.value.object() == nullptr) continue;
            for (const spec::Member& to : *from.value.object()) {
                check_link(
                    spec::pointer_to(spec::pointer_to("/network/pairs", from.name), to.name));
            }
        }
    }

    void check_link(const std::string& pointer) {
        if (problems_.find(pointer + "/bandwidth") == nullptr) return;
        refuse(pointer + "/bandwidth",
               "all share this link, and a part of it takes longer for each message",
               "play the whole: take run.scale out");
    }

    void refuse(const std::string& pointer, std::string message, std::string hint) {
        problems_.add(pointer, std::move(message), std::move(hint));
    }

    Scenario& scenario_;
    DocumentProblems problems_;
    std::vector<std::string> warnings_;
};

}  // namespace

std::vector<std::string> scale_down(Scenario& scenario, const spec::Json& document,
                                    spec::Problems& problems) {
    if (scenario.run.scale == sim::Fraction{1}) return {};
    return ScaleDown(scenario, document, problems).run();
}

}  // namespace models
