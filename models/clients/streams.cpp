#include "models/clients/streams.h"

#include <algorithm>
#include <cmath>

#include "sim/sleep.h"

namespace models {

namespace {

std::vector<double> weights_of(const std::vector<Rendition>& renditions) {
    std::vector<double> weights;
    for (const Rendition& each : renditions) weights.push_back(each.weight);
    return weights;
}

}  // namespace

double Streams::Spec::mean_bitrate() const {
    double weight = 0;
    double weighted = 0;
    for (const Rendition& each : renditions) {
        weight += each.weight;
        weighted += each.weight * each.bitrate.bits_per_second;
    }
    return weight > 0 ? weighted / weight : 0;
}

// A volume divided by what a viewer takes: bit rate times the time watched.
double Streams::Spec::viewers_per_second() const {
    if (volume_per_day.count == 0) return viewers.per_second;
    const double each = mean_bitrate() / 8 * watch.build().mean();
    return static_cast<double>(volume_per_day.count) / 86400 / each;
}

void Streams::Spec::check(spec::Check& check) const {
    ClientSpec::check(check);
    check.that(volume_per_day.count > 0 || viewers.per_second > 0, "volume_per_day",
               "no volume and no viewers: nothing would be sent",
               "give \"volume_per_day\": \"10TB\", or \"viewers\": \"1/s\"");
    check.that(mean_bitrate() >= 1, "renditions", "nobody would watch at any bit rate");
    const double watched = watch.build().mean();
    check.that(std::isfinite(watched) && watched >= 0.1, "watch",
               "the mean is below 100ms, or infinite", "give it a mean such as \"10min\"");
    check.that(!(viewers_per_second() > 1e9), "volume_per_day", "more than 10^9 viewers a second");
}

Streams::Streams(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      client_(spec, context),
      watch_(spec.watch.build()),
      renditions_(weights_of(spec.renditions)),
      stream_(context.stream("viewers")),
      bytes_(context, "bytes_streamed", "bytes"),
      stalls_(context, "stalls"),
      stalled_(context, "stalled", "s"),
      watched_(context, "watched", "s"),
      watching_(context.meter.timeline("watching", "")) {}

sim::Task<void> Streams::arrive() {
    sim::Draws gaps(context_.stream("arrivals"));
    const double rate = spec_.viewers_per_second();
    double at = 0;
    for (std::uint64_t viewer = 0;; ++viewer) {
        at += gaps.exponential() / rate;
        const sim::Duration offset = sim::from_seconds(at);
        if (offset == sim::Duration::max()) co_return;
        co_await sim::sleep_until(context_.scheduler(), sim::Time(offset));
        crew_.run(view(viewer));
    }
}

// A story: what a viewer does next depends on all that he has fetched.
//
// `dry` is when what was fetched will have been played. A player whose segment fails asks for it
// again after a second.
sim::Task<void> Streams::view(std::uint64_t viewer) {
    sim::Scheduler& scheduler = context_.scheduler();
    sim::Draws draws(sim::request_key(stream_, viewer));
    const Bitrate bitrate = spec_.renditions[renditions_.sample(draws)].bitrate;
    double left = watch_.sample(draws);
    watching_.add(context_.now(), 1);
    bool plays = false;
    sim::Time dry{};
    while (left > 0) {
        if (plays) co_await sim::sleep_until(scheduler, dry - spec_.buffer);
        const double length = std::min(left, sim::seconds(spec_.segment));
        const double bytes = bitrate.bits_per_second / 8 * length;
        Response response = co_await client_.insist({segment_++, context_.now(), viewer});
        if (!response.ok()) {
            co_await sim::sleep(scheduler, std::chrono::seconds(1));
            continue;
        }
        co_await sim::sleep(scheduler, sim::from_seconds(spec_.bandwidth.seconds_for(bytes)));
        bytes_.add(bytes);
        watched_.add(length);
        if (plays && context_.now() > dry) {
            stalls_.add();
            stalled_.add(sim::seconds(context_.now() - dry));
        }
        dry = std::max(plays ? dry : context_.now(), context_.now()) + sim::from_seconds(length);
        plays = true;
        left -= length;
    }
    co_await sim::sleep_until(scheduler, dry);
    watching_.add(context_.now(), -1);
}

void Streams::finish() {
    client_.finish();
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    const auto bytes = std::ranges::find(record.measures, "bytes_streamed", &sim::Measure::name);
    record.measures.push_back({"bit_rate", "/s", measured > 0 ? bytes->value * 8 / measured : 0});
}

}  // namespace models
