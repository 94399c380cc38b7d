#include "models/stream_processing/stream_windows.h"

namespace models::streaming {

void StreamWindowsSpec::check(spec::Check& check) const {
    StreamJobSpec::check(check);
    check.that(size.has_value() != gap.has_value(), "size",
               size ? "a window has a size, or a gap that ends it, not both"
                    : "it does not say which windows",
               size ? "leave out \"gap\", or \"size\""
                    : R"(write "size": "1min", or "gap": "30s" for sessions)");
    check.that(!slide || size, "slide", "sessions do not slide", "leave it out");
    check.that(!slide || !size || *slide <= *size, "slide",
               "events between two windows would be in none", "make it \"size\" at most");
    check.that(!slide || !size || *size / *slide <= 10000, "slide",
               "each event would be in more than 10,000 windows", "make it larger");
}

WindowShape StreamWindowsSpec::shape() const {
    constexpr sim::Duration kNone{};
    const sim::Duration length = size.value_or(kNone);
    return {length, slide.value_or(length), gap.value_or(kNone)};
}

StreamWindows::StreamWindows(const Spec& spec, const Context& context)
    : StreamJob(spec, context),
      windows_spec_(spec),
      fire_([this](const FiredWindow& window) { fired(window); }),
      windows_(spec.shape(), spec.aggregate, spec.allowed_lateness),
      saved_(windows_),
      fired_(context, "windows_fired"),
      fired_again_(context, "windows_fired_again"),
      value_(context, "value"),
      firing_delay_(context, "firing_delay") {}

bool StreamWindows::take(const StreamEvent& event, sim::Time watermark) {
    return windows_.add(event, watermark, fire_);
}

void StreamWindows::advance(sim::Time watermark) {
    windows_.advance(watermark, fire_);
}

// What is told of a session takes the place of what was told of those that it has grown from. True
// when there was none.
bool StreamWindows::put(Told& told, const FiredWindow& window) const {
    const auto first = told.lower_bound({window.key, window.start});
    auto last = told.upper_bound({window.key, window.start});
    if (windows_spec_.gap) last = told.lower_bound({window.key, window.end});
    const bool is_new = first == last;
    told.erase(first, last);
    told[{window.key, window.start}] = {window.end, window.value};
    return is_new;
}

void StreamWindows::fired(const FiredWindow& window) {
    const bool is_new = put(told_, window);
    const auto start = static_cast<std::uint64_t>(window.start.time_since_epoch().count());
    tell(sim::mix(sim::mix(window.key) ^ start), window.key);
    if (!is_measured(window.start)) return;
    (is_new ? fired_ : fired_again_).add();
    if (is_new) firing_delay_.add(context().now() - window.end);
}

// From all that the topics have now, with nothing late and nothing twice.
StreamWindows::Told StreamWindows::recomputed() const {
    Told all;
    Windows windows(windows_spec_.shape(), windows_spec_.aggregate, {});
    const auto put_there = [&](const FiredWindow& window) { put(all, window); };
    for_each_kept([&](const StreamEvent& event) { windows.add(event, kNoWatermark, put_there); });
    windows.advance(watermark(), put_there);
    return all;
}

// Windows that are over, and of which it has told something else.
double StreamWindows::inexact() const {
    const Told all = recomputed();
    const sim::Time since = kept_since();
    const auto differ = [&](const Told& one, const Told& other, bool counts_both) {
        double count = 0;
        for (const auto& [id, told] : one) {
            if (id.second < since) continue;
            const auto found = other.find(id);
            const bool is_there = found != other.end();
            if (!is_there || (counts_both && found->second != told)) count += 1;
        }
        return count;
    };
    return differ(all, told_, true) + differ(told_, all, false);
}

void StreamWindows::finish() {
    StreamJob::finish();
    double value = 0;
    for (const auto& [id, told] : told_) {
        if (is_measured(id.second)) value += static_cast<double>(told.second);
    }
    value_.last(value);
    context().meter.record().measures.push_back({"windows_inexact", "", inexact()});
}

}  // namespace models::streaming
