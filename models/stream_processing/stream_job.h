// A job over a stream: it reads partitions, takes each record as an event, and has an operator
// work on events and watermarks.
//
//     StreamJob       reads, keeps watermarks, checkpoints and restores; one process
//     StreamWindows   the operator's node: windows.h (stream_windows.h)
//     StreamPatterns  the same: patterns.h (stream_patterns.h)
//
// A checkpoint is the operator's state, the watermarks, and the offsets up to which they are true,
// taken between two events; a crash takes the process back to the last one, so each record is once
// in the state however often it was read (Carbone et al., Lightweight Asynchronous Snapshots for
// Distributed Dataflows, 2015). What was told outside meanwhile is told again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "models/calls/spread.h"
#include "models/calls/tally.h"
#include "models/instance_state.h"
#include "models/log_broker/kafka.h"
#include "models/log_broker/peer.h"
#include "models/node.h"
#include "models/stream_processing/stream_event.h"
#include "models/stream_processing/stream_job_spec.h"
#include "models/stream_processing/watermarks.h"
#include "sim/cpu.h"
#include "sim/task.h"
#include "sim/task_group.h"

namespace models::streaming {

class StreamJob;

// Its process.
class JobProcess final : public Instance, public Crashable, public Slowable {
public:
    explicit JobProcess(StreamJob& job);

    // Nobody calls it: it reads.
    Reply call(Request request) override;
    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override;
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }
    PlaceId place() const override { return place_; }
    sim::Cpu& cpu() { return cpu_; }

private:
    StreamJob& job_;
    PlaceId place_;
    sim::Cpu cpu_;
    UpState up_;
    SpeedState slow_;
};

class StreamJob : public Node {
public:
    StreamJob(const StreamJobSpec& spec, const Context& context);
    ~StreamJob() override;

    void connect() override;
    void start() override;
    void begin_measuring() override;
    void finish() override;
    void dismiss() override;
    Service* service() override { return &process_; }
    std::span<Instance* const> instances() override { return instances_; }

    const StreamJobSpec& job() const { return spec_; }
    const Context& context() const { return context_; }
    // Of its process.
    void die();
    void restart();

protected:
    // --- the operator ---
    // False: the event is late.
    virtual bool take(const StreamEvent& event, sim::Time watermark) = 0;
    virtual void advance(sim::Time watermark) = 0;
    virtual std::size_t state_size() const = 0;
    virtual void save() = 0;
    // What was saved last; nothing, when nothing was.
    virtual void restore() = 0;

    sim::Time watermark() const { return at_.watermarks.now(); }
    bool is_measured(sim::Time time) const;
    // To the sink. `what` is the same each time that the same result is told.
    void tell(std::uint64_t what, std::uint64_t key);
    // Of all that the topics have at the end, in no particular order of partitions.
    void for_each_kept(const std::function<void(const StreamEvent&)>& visit) const;
    // Before it something may have been deleted from the topics.
    sim::Time kept_since() const;

private:
    struct Source {
        PartitionId partition;
        std::uint32_t topic;
        PartitionState state;
    };
    // What a checkpoint has beside the operator's state.
    struct Position {
        std::vector<std::optional<Offset>> next;  // by source; none: nothing is read
        Watermarks watermarks;
        double records = 0;  // of the measured time
        double late = 0;
    };

    StreamEvent event_of(const Source& source, const Record& record, Offset offset) const;
    void begin();
    sim::Task<void> begin_later();
    sim::Task<void> read(std::size_t source);
    sim::Task<bool> read_once(std::size_t source);
    void receive(std::size_t source, const StreamEvent& event);
    sim::Task<void> keep_watermark();
    sim::Task<void> keep_checkpoints();
    sim::Task<void> publish(Service& to, Request request);
    Request request(std::uint64_t what, std::uint64_t key) const;
    double unread() const;

    StreamJobSpec spec_;
    Context context_;
    JobProcess process_;
    std::vector<Instance*> instances_;
    std::uint64_t stream_;
    Kafka* kafka_ = nullptr;
    std::unique_ptr<Peer> peer_;
    Service* sink_ = nullptr;
    Service* late_output_ = nullptr;
    std::vector<Source> sources_;
    Position at_;
    std::optional<Position> checkpoint_;
    std::vector<Offset> furthest_;  // read, by source
    bool has_started_ = false;
    sim::Duration busy_before_{};
    Tally read_again_, restarts_, checkpoints_, results_published_, failed_results_, state_peak_;
    sim::TaskGroup works_;
};

}  // namespace models::streaming
