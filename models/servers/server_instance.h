// One replica of a server: threads, an accept queue, cores, memory, and the visits it has now.
#pragma once

#include "models/autoscalers/workload.h"
#include "models/presence.h"
#include "models/servers/connection_pool.h"
#include "models/servers/cpu_quota.h"
#include "models/servers/heap.h"
#include "models/servers/instance_state.h"
#include "models/servers/restarts.h"
#include "models/servers/server.h"
#include "models/servers/slow_log.h"
#include "sim/cpu.h"
#include "sim/gate.h"
#include "sim/slots.h"

namespace models {

class ServerInstance final : public Instance, sim::Event, Heaped, Throttled {
public:
    ServerInstance(Server& server, std::uint32_t index);

    Reply call(Request request) override;

    bool is_up() const override { return up_.is_up(); }
    std::uint16_t zone() const override { return zone_; }
    // Where the machine stands that it was placed on.
    void stand_in(std::uint16_t zone) { zone_ = zone; }
    sim::Duration backlog() const override;
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override;
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }

    // Lets in what was admitted.
    Reply enter(const Request& request);

    // A process that has been there for long: its connections are open.
    void start();
    void dismiss();

    const sim::Cpu& cpu() const { return cpu_; }
    std::size_t threads_busy() const { return threads_.taken(); }
    std::size_t visits_peak() const { return visits_peak_; }
    std::size_t waiting_peak() const { return waiting_peak_; }
    std::uint64_t deaths() const { return deaths_; }

    // Takes no new requests, though those it has go on; then a new process in its place.
    void close() { closed_ = true; }
    void open() { closed_ = false; }

    // Other cores and memory, from now on. A share of a core too many is a quota: all run slower.
    void resize(Workload::Size size);

    // A new pod, of this version, with nothing of what was there before.
    struct Version {
        double faults = 0;  // the share of what is asked for it that fails
        double slower = 1;
    };
    void become(const Version& version);
    // How long requests took since then; only kept where versions are compared by it.
    const sim::Histogram& latencies() const { return latencies_; }
    std::uint64_t ended() const { return ended_; }
    std::uint64_t failed() const { return failed_; }

    std::size_t visits() const { return visit_count_; }
    sim::Gate& idle();  // opens when the last request has left
    Vitals vitals() const;
    // Nothing of its past shows: no requests, no failure in force.
    bool is_as_new() const { return visit_count_ == 0 && !slow_.is_slow(); }

    const Heap* heap() const { return heap_.get(); }
    std::uint64_t collections_logged() const { return logged_; }
    std::uint64_t kills() const { return kills_; }  // by the machine, for want of memory
    std::optional<sim::Time> first_death() const { return first_death_; }
    std::optional<sim::Time> alarmed() const { return alarmed_; }  // memory at 98 %

    // What came and what its cores worked since the measuring began.
    void begin_measuring();
    std::uint64_t requests() const { return requests_ - requests_before_; }
    sim::Duration busy() const { return worked() - busy_before_; }
    // As scrapers read it: since the start, and now.
    double worked_s() const { return sim::seconds(worked()); }
    double pooled_in_use() const;

    // What its other parts have to tell, of several instances together.
    struct Counts {
        std::uint64_t periods = 0;
        std::uint64_t throttled = 0;
        std::uint64_t out_of_descriptors = 0;
        std::size_t descriptors_peak = 0;
        std::uint64_t pool_timeouts = 0;
        std::size_t pool_waiting_peak = 0;
        double pool_in_use = 0;  // connections, mean over time
        std::size_t pool_connections = 0;
        std::size_t background_peak = 0;  // waiting
        sim::Duration background_lag{};   // the longest
        std::uint64_t background_rejected = 0;
        double disk_used = 0;
        std::uint64_t disk_full = 0;
        double disk_busy_s = 0;  // writing logs
        std::uint64_t slow = 0;
    };
    void count(Counts& into);

private:
    // A whole visit, one branch of a parallel step within it, or what it has left to others to do.
    enum class Part : std::uint8_t { visit, branch, background };
    struct Course {
        const Program& program;
        std::uint32_t entry = 0;
        sim::Draws draws;
        Part part = Part::visit;
    };

    // A request that is here: its place in the list of those that die with the instance.
    struct Visit : sim::Link<Visit> {
        Visit(ServerInstance& at, Presence* presence, sim::ThisTask<Response> task);
        ~Visit();

        ServerInstance& instance;
        Presence* presence;  // null when it is written down at the door
        sim::ThisTask<Response> task;
        const Course* ahead = nullptr;  // of it, until it has a thread
        Asker asker;
        sim::Time arrived;
        bool counted = false;
        bool succeeded = false;
        std::unique_ptr<Server::Choices> choices;  // in experiments; seldom

        void choose(std::uint32_t experiment, std::size_t branch) {
            if (!choices) choices = std::make_unique<Server::Choices>();
            choices->emplace_back(experiment, branch);
        }
    };

    // A descriptor that an outgoing call holds.
    struct Descriptor {
        explicit Descriptor(ServerInstance& at);
        Descriptor(const Descriptor&) = delete;
        Descriptor& operator=(const Descriptor&) = delete;
        ~Descriptor() { --instance.calls_out_; }
        ServerInstance& instance;
    };
    bool has_descriptor();
    std::size_t descriptors() const;

    Reply come_in(const Request& request);
    Reply cross_zones(Request request);
    Reply admit(Request request);
    sim::Task<void> in_background(Request request, Course course);
    sim::Task<void> suffer_neighbours();
    void settle_speed();
    sim::Duration worked() const {
        return quota_ ? cpu_.busy() - quota_->stood_still() : cpu_.busy();
    }
    sim::Task<void> make_span();
    sim::Task<bool> write_log(const Request& request, Trail* trail);
    Reply serve(Request request, Course course);
    Cause refusal_of(const Request& request);  // none: there is a place
    static bool waits(const Operation& operation);
    sim::Task<void> get_thread(sim::Place& thread);
    sim::Task<bool> prepare(const Request& request, sim::Draws& draws, Trail* trail);
    sim::Task<bool> wait_by_rules(const Request& request, sim::Place& thread);
    sim::Task<std::optional<Response>> go_out(const Operation& operation, const Request& request,
                                              Trail* trail, sim::Place& connection);
    Reply call_of(const Operation& operation, const Request& request);
    sim::Task<void> branch_out(const Operation& operation, Course& course, const Request& request,
                               Response& response, Trail* trail);
    bool leave_behind(const Request& request, const Course& course, Response& response);
    Reply follow(std::vector<Reply> branches, ItemsAs as);
    sim::Slots::TakingUntil take_by_rules(const Request& request);
    bool drops(sim::Duration waited);
    bool makes_room_for(const Request& request);
    void use_memory();
    void use_memory_for_visit();
    void watch_memory();
    void expect_visits();
    sim::Duration down_time();
    void stop_world() override;
    void resume_world() override;
    void throttle() override { cpu_.set_speed(slow_.pause(true)); }
    void release() override { cpu_.set_speed(slow_.pause(false)); }
    void out_of_heap() override { use_memory(); }
    void heap_grew() override { check_container(); }
    void collector_takes(double cores) override;
    void check_container();
    void draw_memory();
    void collected(std::string_view cause, double before, double after,
                   sim::Duration pause) override;
    void fire() override;  // out of memory, then back again

    // What every request needs comes first, close together: there may be many instances.
    Server& server_;
    World& world_;
    sim::Meter& meter_;
    std::uint32_t index_;
    std::uint16_t zone_;
    bool closed_ = false;
    bool writes_;  // a log, or something else to its disk
    UpState up_;
    sim::List<Visit> visits_;
    std::size_t visit_count_ = 0;
    std::size_t visits_peak_ = 0;
    std::size_t visits_held_ = 0;     // as many as its memory has grown for
    std::size_t visits_unusual_ = 0;  // from here on memory is looked at
    std::size_t waiting_peak_ = 0;
    std::uint64_t requests_ = 0;
    std::uint64_t ended_ = 0;
    std::uint64_t failed_ = 0;
    std::unique_ptr<Heap> heap_;
    std::unique_ptr<CpuQuota> quota_;
    std::unique_ptr<SlowLog> slow_log_;
    sim::Gate idle_;
    Version version_;
    LineRules rules_;  // of the line for threads
    sim::Slots threads_;
    sim::Cpu cpu_;

    std::size_t visits_most_;  // what memory allows
    std::uint64_t deaths_ = 0;
    std::uint64_t requests_before_ = 0;
    sim::Duration busy_before_{};
    SpeedState slow_;
    sim::Timer memory_timer_;
    Restarts restarts_;
    sim::Bytes memory_;  // that its machine gives it
    bool is_killed_ = false;
    std::uint64_t kills_ = 0;
    std::optional<sim::Time> first_death_;
    std::optional<sim::Time> alarmed_;
    sim::Histogram latencies_;
    double core_share_ = 1;  // of a core, that each of its cores has
    double stolen_ = 0;
    double collecting_ = 0;  // the share of the cores that the collector has
    double drawn_memory_ = 0;
    sim::Timeline* memory_line_ = nullptr;
    sim::Timeline* gc_line_ = nullptr;
    std::uint64_t logged_ = 0;
    std::vector<std::unique_ptr<ConnectionPool>> pools_;
    std::optional<Disk> disk_;
    sim::Slots background_;
    std::size_t calls_out_ = 0;
    std::size_t descriptors_leaked_ = 0;
    Counts counts_;
    bool dead_ = false;  // of memory, and about to restart
    sim::Crew crew_;
    sim::Crew background_crew_;
};

}  // namespace models
