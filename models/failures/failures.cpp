#include "models/failures/failures.h"

#include <algorithm>

#include "models/failures/bandwidth.h"
#include "models/failures/clock_skew.h"
#include "models/failures/corrupt.h"
#include "models/failures/crash.h"
#include "models/failures/disk_fill.h"
#include "models/failures/disk_loss.h"
#include "models/failures/errors.h"
#include "models/failures/firewall_deny.h"
#include "models/failures/hang.h"
#include "models/failures/kill.h"
#include "models/failures/latency.h"
#include "models/failures/loss.h"
#include "models/failures/machine_down.h"
#include "models/failures/memory_stress.h"
#include "models/failures/partition.h"
#include "models/failures/region_outage.h"
#include "models/failures/slow.h"
#include "models/failures/wrong_answers.h"
#include "models/failures/zone_outage.h"

namespace models {

using AllFailures = All<Crash, Slow, Partition, Hang, Errors, Latency, Loss, Bandwidth,
                        FirewallDeny, ClockSkew, MachineDown, ZoneOutage, RegionOutage, Kill,
                        Corrupt, WrongAnswers, DiskLoss, DiskFill, MemoryStress>;

const Failures::List& Failures::list() {
    static const List list = list_of(AllFailures());
    return list;
}

const Outage& Failures::outage_of(const FailureChoice& choice) {
    const Outage* outage = nullptr;
    visit(AllFailures(), choice, [&](const Outage& each) { outage = &each; });
    return *outage;
}

Abilities Failures::needs_of(const FailureChoice& choice) {
    if (outage_of(choice).is_on_links()) return {};
    Abilities needs;
    visit(AllFailures(), choice, [&](const auto& spec) { needs = spec.needs; });
    return needs;
}

std::string_view Failures::class_of(const FailureChoice& choice) {
    FailureClass of{};
    visit(AllFailures(), choice, [&](const auto& spec) { of = spec.failure_class; });
    if (outage_of(choice).common_cause.value > 0) of = FailureClass::correlated;
    constexpr auto kWords = names_of(FailureClass{});
    return std::ranges::find(kWords, of, &spec::Word<FailureClass>::value)->name;
}

bool Failures::takes_away(const FailureChoice& choice) {
    bool takes_away = false;
    visit(AllFailures(), choice, [&](const auto& spec) { takes_away = spec.takes_away; });
    return takes_away;
}

std::string_view Failures::same_to_callers(const FailureChoice& choice) {
    std::string_view kind;
    visit(AllFailures(), choice, [&](const auto& spec) { kind = spec.same_to_callers; });
    return kind;
}

std::vector<std::string_view> Failures::known_to(Abilities abilities) {
    std::vector<std::string_view> kinds;
    for (const FailureChoice& each : Failures::each()) {
        const Abilities needs = needs_of(each);
        if (!needs.empty() && abilities.has(needs)) kinds.push_back(each.kind());
    }
    return kinds;
}

}  // namespace models
