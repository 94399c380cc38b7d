// Where models write down what happens, while it happens.
//
// A node gets a Meter once and then pays a few additions a request: counts, and one bucket of the
// latencies that are open. When a slice of time is over, all that is kept of it is folded from
// these. Nothing is kept per request.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/area.h"
#include "sim/open_latencies.h"
#include "sim/recording.h"
#include "sim/resource.h"
#include "sim/scheduler.h"
#include "sim/timeline.h"

namespace sim {

struct LiveSummary;
class Observer;
class Recorder;

class Meter {
public:
    Meter(Recorder& recorder, std::uint64_t id);

    // Of a request that is counted for the node only.
    static constexpr std::uint32_t kNoPart = ~std::uint32_t{0};

    // A request that was meant to start at `start` (for its user: no coordinated omission). With a
    // part (see split), it is counted there as well.
    void arrived(Time start, bool is_write = false);
    void left(Time start, Outcome outcome, Cause cause, std::uint32_t part = kNoPart);
    // What one of a client's users asks for, and when: two runs whose users asked for the same at
    // the same times have equal fingerprints of arrivals, whatever the system made of them.
    void asked(Time intended, std::uint64_t identity) {
        arrivals_.add(static_cast<std::uint64_t>(intended.time_since_epoch().count()));
        arrivals_.add(identity);
    }
    const Fingerprint& arrivals() const { return arrivals_; }

    void spent(Spent what, Duration time) { record_.spent[static_cast<std::size_t>(what)] += time; }
    // The same of a request to one of its endpoints, which counts there too.
    void spent_at(std::size_t endpoint, Spent what, Duration time) {
        spent(what, time);
        if (const std::uint32_t part = part_of(endpoint); part != kNoPart) [[unlikely]]
            record_.splits[part].spent[static_cast<std::size_t>(what)] += time;
    }

    // A part of this node's requests, told apart by something they carry; a part is known before
    // the run, and its requests are counted in addition to the node's own.
    std::size_t split(std::string by, std::string name);
    void arrived_in(std::size_t split, Time start);
    void left_in(std::size_t split, Time start, Outcome outcome);

    // A part for each of its endpoints, which are numbered from `first` on, when there are several.
    void split_by_endpoint(const std::vector<std::string>& names, std::size_t first = 0);
    std::uint32_t part_of(std::size_t endpoint) const {
        if (endpoints_ == 0) [[likely]]
            return kNoPart;
        const std::size_t index = endpoint - first_endpoint_;
        return index < endpoints_ ? static_cast<std::uint32_t>(first_part_ + index) : kNoPart;
    }

    // Where this node sends requests; each name has one place, known before the run.
    std::size_t calls(const std::string& to);
    void sent(std::size_t to) { ++record_.calls[to].requests; }

    // Its place among all nodes.
    std::uint32_t id() const { return static_cast<std::uint32_t>(id_); }

    // Whether a line is kept of each request that ends here (see Observer).
    bool is_logged() const { return is_logged_; }
    void keep_log() { is_logged_ = true; }

    // Requests that are there now, counted or not.
    std::uint64_t in_flight() const { return in_flight_[0] + in_flight_[1]; }

    // A number of this node that is drawn over time, from now on; it begins at 0.
    // Those who ask for the same name add to the same number.
    Timeline& timeline(std::string name, std::string unit);

    // A number that is read once a slice, when anything happens after it, as a scraper reads it.
    void sampled(std::string name, std::string unit, std::function<double()> now);
    // The growth over each slice of seconds in use, as a share of how many there are now: cores.
    void share_sampled(std::string name, std::function<double()> used_seconds,
                       std::function<double()> available);

    // What this node may measure, and its resources; the rows outlive the recording. Whatever it
    // measures and has then is one of these.
    struct Declared {
        std::vector<const Figure*> figures;
        std::vector<const Resource*> resources;
        std::vector<const UsageRow*> usages;
    };
    void declare(Declared rows) { declared_ = std::move(rows); }

    // What requests wait for here or run out of, of each of its instances: the resource of the row
    // that has this name.
    void resource(std::string_view row, ResourceMeter::Read read, ResourceWords words = {});
    // The same of one that has one only, and lives as long as the node.
    template <class Resource>
    void only_resource(std::string_view row, const Resource& only, ResourceWords words = {}) {
        resource(
            row, [&only](Time, Uses& instances) { instances.push_back(only.use()); },
            std::move(words));
    }

    // It has used so much of this in the measured time, in the row's base unit; `usd_each` is its
    // own price for a unit as prices are quoted, from the scenario; `stays`, of instances, when
    // they were there.
    void used(std::string_view item, double amount, std::string of = {},
              std::optional<double> usd_each = {}, std::vector<Stay> stays = {});

    // Its numbers over time, without values, in the order in which a recording has them.
    std::vector<Series> series_so_far() const;
    // Of one of them: the slices that are over (see Recorder::catch_up).
    const SeriesValues& values_so_far(std::size_t index) const {
        return index < drawn_.size() ? drawn_[index].timeline.means()
                                     : sampled_[index - drawn_.size()].values;
    }
    // The first is the requests themselves, which have no end.
    const std::deque<ResourceMeter>& resources() const { return resources_; }
    // What is in one of a few states, a circuit breaker say, for those who ask about health.
    struct State {
        std::string name;
        std::function<double()> now;
    };
    void state(std::string name, std::function<double()> now) {
        states_.push_back({std::move(name), std::move(now)});
    }
    const std::vector<State>& states() const { return states_; }

    // Of the slice that was over last; none when there was none, or nothing of that name is read.
    std::optional<double> last_sampled(std::string_view name) const;

    // From now on it is counted which requests succeed within this latency.
    void promise(Duration latency) {
        record_.promises.push_back({latency, {}});
        has_promises_ = true;
    }

    const std::string& name() const { return record_.name; }

    NodeRecord& record() {
        settle();
        return record_;
    }
    // What slices that are over say is true, and so is what nobody counts requests by.
    const NodeRecord& record() const { return record_; }
    double& measure(std::size_t index) { return record_.measures[index].value; }

private:
    friend Recorder;

    // Requests that ended in the stretch of time that is under way.
    struct Ended {
        std::array<std::uint32_t, 4> outcomes{};
        OpenLatencies succeeded;
        OpenLatencies failed;

        void add(Outcome outcome, Duration latency) {
            ++outcomes[static_cast<std::size_t>(outcome)];
            (outcome == Outcome::succeeded ? succeeded : failed).record(latency);
        }
        bool empty() const { return succeeded.empty() && failed.empty(); }
    };
    // And those that came, of a node or of a part of it.
    struct Open {
        std::uint32_t arrived = 0;
        std::uint32_t arrived_early = 0;  // of these: meant to start before the measuring
        Ended measured;
        Ended early;  // meant to start before the measuring

        bool empty() const { return arrived == 0 && measured.empty() && early.empty(); }
    };
    // Requests that are there, by whether they are measured: were meant to start after the warm-up.
    using InFlight = std::array<std::uint64_t, 2>;
    // Where these belong when the stretch is over.
    struct Kept {
        Totals& totals;
        Latencies& latency;
        Slices& slices;
        bool is_of_users;
    };

    struct Drawn {
        std::string name;
        std::string unit;
        Timeline timeline;
    };

    struct Sampled {
        std::string name;
        std::string unit;
        std::function<double()> used;
        std::function<double()> available;  // none: `used` is the value itself
        double used_before = 0;
        Time sampled{};
        SeriesValues values;
    };

    // Another slice begins, if it is time.
    void keep_time();
    // Folds what is open.
    void settle();
    void fold(Open& open, const Kept& kept);
    void fold_ended(Ended& ended, Slice& slice, const Kept& kept, bool is_measured);
    void fold_latencies(OpenLatencies& open, bool has_failed, Slice& slice, const Kept& kept,
                        bool is_measured);
    void left_also(std::uint32_t part, Outcome outcome, Duration latency, bool is_measured);
    void keep_promises(Outcome outcome, Duration latency);
    void sample(Time now, std::size_t closed);
    void sample_calls(std::size_t closed);
    void count_causes(std::size_t closed);
    void add_to(Recording& recording) const;
    NodeRecord finish(Time now);
    const Figure* figure(std::string_view name) const;
    void name_figures();

    Recorder& recorder_;
    std::uint64_t id_;
    InFlight in_flight_{};
    Area there_;                     // requests
    std::uint64_t area_before_ = 0;  // of these, when the measuring began
    Open open_;
    std::vector<Open> parts_;  // as record_.splits
    std::vector<InFlight> parts_in_flight_;
    std::size_t endpoints_ = 0;  // that have a part each
    std::size_t first_endpoint_ = 0;
    std::size_t first_part_ = 0;
    bool is_logged_ = false;
    bool has_promises_ = false;
    Fingerprint arrivals_;
    NodeRecord record_;
    std::optional<Declared> declared_;  // none: nothing was said
    std::deque<Drawn> drawn_;
    std::vector<State> states_;
    std::vector<Sampled> sampled_;
    std::deque<ResourceMeter> resources_;                    // that stay where they are
    std::vector<std::uint64_t> sent_before_;                 // by call, when it was last sampled
    std::array<std::uint64_t, kMostCauses> ended_before_{};  // likewise, by cause
};

class Recorder {
public:
    Recorder(Scheduler& scheduler, Duration slice);
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    Meter& add_node(std::string name, std::string kind) {
        Meter& meter = meters_.emplace_back(*this, meters_.size());
        meter.record().name = std::move(name);
        meter.record().kind = std::move(kind);
        return meter;
    }

    const Meter& meter(std::string_view name) const;
    // In the scenario's order.
    const std::deque<Meter>& meters() const { return meters_; }

    // What slices that are over now say is complete, for who reads it before the end: it is folded
    // when the next thing happens else.
    void catch_up();

    void incident(std::string node, std::string what, std::string detail = {}) {
        incidents_.push_back(
            {scheduler_.now(), std::move(node), std::move(what), std::move(detail)});
    }
    // A failure of the scenario's begins.
    void failure(std::string node, std::string what, std::string failure_class,
                 std::string detail) {
        incident(std::move(node), std::move(what), std::move(detail));
        incidents_.back().is_failure = true;
        incidents_.back().failure_class = std::move(failure_class);
    }

    // What the causes are of which requests fail; for those who read what is recorded.
    void causes(CauseTable causes) { causes_ = causes; }

    // Looks at some requests closely; none when nobody asked for that.
    void observe(std::unique_ptr<Observer> observer);
    Observer* observer() const { return observer_.get(); }

    // The warm-up will end then: what is meant to start at that very moment counts.
    void measure_from(Time time) {
        measured_from_ = time;
        next_turn_ = {};
    }

    // The warm-up ends here: only what starts from now on counts.
    void begin_measuring() {
        measure_from(scheduler_.now());
        for (Meter& meter : meters_) {
            meter.area_before_ = meter.there_.until(scheduler_.now(), meter.in_flight());
            meter.record().spent = {};
            for (Split& part : meter.record().splits) part.spent = {};
            for (CallRecord& call : meter.record().calls) call.requests = 0;
        }
    }

    // How long the intervals are in which clients log their latencies.
    void log_every(Duration interval) { log_interval_ = interval; }

    Time measured_from() const { return measured_from_; }
    Duration slice() const { return slice_; }

    // How the slices from `first` on went, up to the last one that is over (see summary.h). Looking
    // changes nothing.
    LiveSummary live_summary(std::size_t first) const;

    // What slices that are over say, as far as a diagnosis needs it (reports/diagnosis). Looking
    // changes nothing.
    Recording so_far() const;

    // The run is over.
    Recording finish(Seed seed);

private:
    friend Meter;

    // Another slice of time begins, or another interval of the log.
    void turn();
    void begin_slice();
    void begin_log_interval();

    Scheduler& scheduler_;
    Duration slice_;
    Duration log_interval_;
    Time measured_from_ = kForever;  // nothing counts during the warm-up
    bool is_measuring_ = false;      // whether what is open began after it
    Time next_turn_{};
    Time slice_end_{};
    std::size_t slice_index_ = 0;
    Time log_end_{};
    std::size_t log_index_ = 0;
    std::deque<Meter> meters_;
    std::vector<Incident> incidents_;
    CauseTable causes_;
    std::unique_ptr<Observer> observer_;
    Histogram::Batch batch_;  // what is being folded
};

inline void Meter::keep_time() {
    if (recorder_.scheduler_.now() >= recorder_.next_turn_) [[unlikely]]
        recorder_.turn();
}

inline void Meter::arrived(Time start, bool is_write) {
    keep_time();
    ++open_.arrived;
    there_.change(1, recorder_.scheduler_.now());
    if (start < recorder_.measured_from_) [[unlikely]] {
        ++open_.arrived_early;
        ++in_flight_[0];
        return;
    }
    ++in_flight_[1];
    record_.writes += is_write;
}

inline void Meter::arrived_in(std::size_t split, Time start) {
    keep_time();
    ++parts_[split].arrived;
    parts_[split].arrived_early += start < recorder_.measured_from_;
    ++parts_in_flight_[split][start >= recorder_.measured_from_];
}

inline void Meter::left(Time start, Outcome outcome, Cause cause, std::uint32_t part) {
    keep_time();
    there_.change(-1, recorder_.scheduler_.now());
    recorder_.scheduler_.fingerprint().add(id_ << 8 | static_cast<std::uint64_t>(outcome));
    const Duration latency = recorder_.scheduler_.now() - start;
    const bool is_measured = start >= recorder_.measured_from_;
    --in_flight_[is_measured];
    record_.causes[static_cast<std::size_t>(cause)] += is_measured;
    (is_measured ? open_.measured : open_.early).add(outcome, latency);
    if (part != kNoPart || has_promises_) [[unlikely]]
        left_also(part, outcome, latency, is_measured);
}

}  // namespace sim
