// What goes on in each instance of a server beside its requests, and dies with its process: a relay
// of an outbox, a connector.
//
// A task is a call of its own within the instance, so it ends the moment the process does; what it
// has asked of others goes on there, unheard. It begins anew with the next process, which is seen
// within 100 ms.
#pragma once

#include <cstdint>

#include "models/blocks/await.h"
#include "models/blocks/block_service.h"
#include "models/node.h"
#include "sim/task_group.h"

namespace models {

class InstanceTask {
public:
    InstanceTask(const Context& context, Instance& process, std::uint32_t index);
    InstanceTask(const InstanceTask&) = delete;
    InstanceTask& operator=(const InstanceTask&) = delete;
    virtual ~InstanceTask() = default;

    void start();
    // Its instance takes no more: it ends what it is at.
    void leave() { is_leaving_ = true; }
    void dismiss() { life_.dismiss(); }

protected:
    // Until it is to leave; destroyed when the process dies.
    virtual sim::Task<void> work() = 0;

    bool is_leaving() const { return is_leaving_; }
    // Core time of the process.
    sim::Task<void> use_cores(sim::Duration time);
    // As this process makes it.
    Request request(std::uint64_t identity) const;

    const Context& context_;
    Instance& process_;
    std::uint32_t index_;

private:
    class InProcess final : public Keeps<InProcess> {
    public:
        struct State {
            const void* process;
        };
        explicit InProcess(Instance& process) : process_(process) {}
        Go enter(Call& call) override {
            begin(call, dynamic_cast<const void*>(&process_));
            return on();
        }
        Go answered(Call& call) override {
            end(call);
            return back();
        }
        const void* dies_with(Call& call, std::uint32_t state) const override {
            return call.state_at<State>(state).process;
        }

    private:
        Instance& process_;
    };
    class Working final : public Await {
    public:
        explicit Working(InstanceTask& of) : of_(of) {}
        Reply story(Call&) override { return of_.tell(); }

    private:
        InstanceTask& of_;
    };

    sim::Task<void> live();
    Reply tell();

    InProcess in_process_;
    Working working_;
    BlockService service_;
    bool is_leaving_ = false;
    bool is_living_ = false;
    sim::TaskGroup life_;
};

}  // namespace models
