// What a run has to tell of its links.
#include <algorithm>
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

}  // namespace

bool Links::has_bandwidth() const {
    const auto is_limited = [](const LinkSpec& link) {
        return link.bandwidth && link.bandwidth->bits_per_second > 0;
    };
    for (const auto& [from, row] : spec_.pairs) {
        for (const auto& [to, link] : row) {
            if (is_limited(link)) return true;
        }
    }
    return is_limited(spec_.same_zone) || is_limited(spec_.across_zones) ||
           is_limited(spec_.across_regions) || is_limited(spec_.to_users);
}

// Those between zones are made here, as what is drawn is known before the run.
void Links::draw(sim::Meter& meter) {
    if (!has_bandwidth()) return;
    for (const PlaceId from : places_.zones()) {
        for (const PlaceId to : places_.zones()) between(from, to);
    }
    for (const Link& link : links_) {
        if (!link.has_bandwidth()) continue;
        meter.share_sampled(
            use_of(link), [this, &link] { return sim::seconds(link.busy(scheduler_.now())); },
            [] { return 1.0; });
    }
}

// All together; and how full each is that can be.
void Links::report(sim::NodeRecord& record) const {
    LinkFigures all;
    for (const Link& link : links_) {
        const LinkFigures& each = link.figures();
        all.messages += each.messages;
        all.bytes += each.bytes;
        all.lost += each.lost;
        all.dropped += each.dropped;
        all.cut += each.cut;
        all.retransmissions += each.retransmissions;
        if (!link.has_bandwidth()) continue;
        record.measures.push_back({use_of(link), "1", link.use(scheduler_.now())});
    }
    const auto add = [&](const char* name, const char* unit, std::uint64_t value) {
        record.measures.push_back({name, unit, static_cast<double>(value)});
    };
    add("messages", "", all.messages);
    add("bytes", "bytes", all.bytes);
    add("lost", "", all.lost);
    add("dropped", "", all.dropped);
    add("cut", "", all.cut);
    add("retransmissions", "", all.retransmissions);
}

}  // namespace models
