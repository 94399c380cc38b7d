// What a run has to tell of its links.
#include <algorithm>
#include <optional>
#include <string>

#include "models/network/links.h"
#include "sim/recorder.h"

namespace models {

namespace {

std::string use_of(const Link& link) {
    std::string name = "use_of_" + link.name();
    std::ranges::replace(name, ' ', '_');
    return name;
}

bool is_of_machine(const Link& link) {
    return link.link_class() == LinkClass::same_machine ||
           link.link_class() == LinkClass::same_zone;
}

}  // namespace

// Those between zones are made here, as what is drawn is known before the run.
void Links::draw(sim::Meter& meter) {
    if (!spec_.has_bandwidth()) return;
    for (const PlaceId from : places_.zones()) {
        for (const PlaceId to : places_.zones()) {
            if (from != to) between(from, to);
        }
    }
    for (const Link& link : links_) {
        if (!link.has_bandwidth()) continue;
        meter.resource("bandwidth of <link>",
                       [&link](sim::Time now, sim::Uses& uses) {
                           const auto busy = static_cast<std::uint64_t>(link.busy(now).count());
                           const auto& [passed, dropped, waited] = link.queued();
                           const auto waiting = static_cast<std::uint64_t>(waited.count());
                           uses.push_back({1, busy, waiting, busy, passed, dropped});
                       },
                       {.name = link.name()});
        meter.share_sampled(
            use_of(link), [this, &link] { return sim::seconds(link.busy(scheduler_.now())); },
            [] { return 1.0; });
    }
}

// All together; and how full each is that can be, of machines' own the fullest.
void Links::report(sim::Meter& meter) const {
    sim::NodeRecord& record = meter.record();
    LinkFigures all;
    std::optional<double> fullest;
    for (const Link& link : links_) {
        const LinkFigures& each = link.figures();
        all.messages += each.messages;
        all.bytes += each.bytes;
        all.lost += each.lost;
        all.dropped += each.dropped;
        all.cut += each.cut;
        all.denied += each.denied;
        all.retransmissions += each.retransmissions;
        if (!link.has_bandwidth()) continue;
        const double use = link.use(scheduler_.now());
        if (is_of_machine(link)) {
            fullest = std::max(fullest.value_or(0), use);
        } else {
            record.measures.push_back({use_of(link), "1", use});
        }
    }
    if (fullest) record.measures.push_back({"use_of_fullest_machine", "1", *fullest});
    const auto add = [&](const char* name, const char* unit, std::uint64_t value) {
        record.measures.push_back({name, unit, static_cast<double>(value)});
    };
    for (const Link& link : links_) {
        const std::uint64_t bytes = link.figures().bytes;
        if (link.usage().empty() || bytes == 0) continue;
        meter.used(link.usage(), static_cast<double>(bytes), link.region());
    }
    add("messages", "", all.messages);
    add("bytes", "bytes", all.bytes);
    add("lost", "", all.lost);
    add("dropped", "", all.dropped);
    add("cut", "", all.cut);
    add("denied", "", all.denied);
    add("retransmissions", "", all.retransmissions);
}

}  // namespace models
