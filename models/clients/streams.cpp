#include "models/clients/streams.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>

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
    if (concurrent > 0) return concurrent / watch.build().mean();
    if (volume_per_day.count == 0) return viewers.per_second;
    const double each = mean_bitrate() / 8 * watch.build().mean();
    return static_cast<double>(volume_per_day.count) / 86400 / each;
}

void Streams::Spec::check(spec::Check& check) const {
    ClientSpec::check(check);
    check.that(volume_per_day.count > 0 || viewers.per_second > 0 || concurrent > 0,
               "volume_per_day", "no volume and no viewers: nothing would be sent",
               "give \"volume_per_day\": \"10TB\", or \"viewers\": \"1/s\"");
    check.that(concurrent == 0 || (volume_per_day.count == 0 && viewers.per_second == 0),
               "concurrent", "how many watch is said twice",
               "leave volume_per_day and viewers out");
    const auto names_call = [](const Rendition& each) { return !each.call.empty(); };
    const bool names_any = std::ranges::any_of(renditions, names_call);
    check.that(!names_any || std::ranges::all_of(renditions, names_call), "renditions",
               "some say which call fetches them, and some do not", "name one for each");
    for (const Rendition& each : renditions) {
        const bool is_there = std::ranges::any_of(
            calls.list, [&](const ClientCall& call) { return call.title() == each.call; });
        check.that(each.call.empty() || is_there, "renditions",
                   fmt::format("there is no call \"{}\"", each.call),
                   "a call's name is its \"name\", or that of its endpoint");
    }
    check.that(!adaptive || renditions.size() > 1, "adaptive", "there is one rendition only",
               "name several");
    check.that(adaptive || bandwidth_fraction.value == kUsualFraction.value, "bandwidth_fraction",
               "viewers stay with one rendition", "add \"adaptive\": true, or leave it out");
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
      watching_(context.meter.timeline("watching", "")) {
    asked_.has_key = spec.segment_keys;
    asked_.has_endpoint = !spec.renditions.front().call.empty();
    for (const Rendition& each : spec.renditions) {
        if (!asked_.has_endpoint) break;
        calls_.push_back(static_cast<std::uint16_t>(asked_.endpoints.size()));
        asked_.endpoints.push_back(each.call);
    }
    if (asked_.has_key || asked_.has_endpoint) client_.source().follow(asked_);
    if (asked_.has_key) {
        videos_ = Keys::build(spec.population.keys);
    }
}

void Streams::start() {
    for (std::uint32_t seat = 0; seat < spec_.concurrent; ++seat) crew_.run(sit(seat));
    if (spec_.concurrent == 0) crew_.run(arrive());
}

// The first are in the midst of what they watch.
sim::Task<void> Streams::sit(std::uint64_t seat) {
    sim::Draws draws(sim::request_key(stream_ ^ 1, seat));
    co_await sim::sleep(context_.scheduler(),
                        sim::from_seconds(draws.uniform() * sim::seconds(spec_.segment)));
    for (;;) co_await view(viewers_++);
}

// A video's segments, in turn.
TracedRequest Streams::segment_of(std::uint64_t video, std::uint64_t number,
                                  std::size_t rendition) {
    constexpr std::uint64_t kMostSegments = std::uint64_t{1} << 24;
    TracedRequest request;
    request.key = video * kMostSegments + number % kMostSegments;
    if (asked_.has_endpoint) request.endpoint = calls_[rendition];
    return request;
}

std::size_t Streams::best_below(double bits_per_second) const {
    std::size_t lowest = 0;
    std::optional<std::size_t> best;
    const auto rate = [&](std::size_t each) {
        return spec_.renditions[each].bitrate.bits_per_second;
    };
    for (std::size_t each = 0; each < spec_.renditions.size(); ++each) {
        if (rate(each) < rate(lowest)) lowest = each;
        if (rate(each) <= bits_per_second && (!best || rate(each) > rate(*best))) best = each;
    }
    return best.value_or(lowest);
}

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
// again after `retry_delay`.
sim::Task<void> Streams::view(std::uint64_t viewer) {
    sim::Scheduler& scheduler = context_.scheduler();
    sim::Draws draws(sim::request_key(stream_, viewer));
    std::size_t rendition = renditions_.sample(draws);
    double left = watch_.sample(draws);
    const bool says = asked_.has_key || asked_.has_endpoint;
    const std::uint64_t video = videos_ == nullptr ? 0 : videos_->pick(draws, viewer);
    std::uint64_t number = 0;
    if (spec_.adaptive) rendition = best_below(0);
    watching_.add(context_.now(), 1);
    bool plays = false;
    sim::Time dry{};
    while (left > 0) {
        if (plays) co_await sim::sleep_until(scheduler, dry - spec_.buffer);
        const double length = std::min(left, sim::seconds(spec_.segment));
        const double bytes = spec_.renditions[rendition].bitrate.bits_per_second / 8 * length;
        const sim::Time asked = context_.now();
        const TracedRequest as = segment_of(video, number, rendition);
        Response response =
            co_await client_.insist({segment_++, asked, viewer, says ? &as : nullptr});
        if (!response.ok()) {
            co_await sim::sleep(scheduler, spec_.retry_delay);
            continue;
        }
        // What the answer carried has been over the viewer's line already.
        const double rest = std::max(0.0, bytes - response.bytes);
        co_await sim::sleep(scheduler, sim::from_seconds(spec_.bandwidth.seconds_for(rest)));
        bytes_.add(bytes);
        watched_.add(length);
        if (plays && context_.now() > dry) {
            stalls_.add();
            stalled_.add(sim::seconds(context_.now() - dry));
        }
        dry = std::max(plays ? dry : context_.now(), context_.now()) + sim::from_seconds(length);
        plays = true;
        left -= length;
        ++number;
        if (spec_.adaptive) {
            const double took = std::max(sim::seconds(context_.now() - asked), 1e-6);
            rendition = best_below(spec_.bandwidth_fraction.value * bytes * 8 / took);
        }
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
    const Tally& stalled = stalled_;
    const Tally& watched = watched_;
    const double all = stalled.value() + watched.value();
    record.measures.push_back({"rebuffer_ratio", "", all > 0 ? stalled.value() / all : 0});
}

}  // namespace models
