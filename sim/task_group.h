// Tasks nobody awaits. They end with the group, or before it by themselves.
#pragma once

#include <cstddef>

#include "sim/link.h"
#include "sim/task.h"

namespace sim {

class TaskGroup {
public:
    TaskGroup() = default;
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;
    ~TaskGroup() { dismiss(); }

    // Runs the task up to its first wait; what it returns is dropped.
    template <class T>
    void run(Task<T>&& task) {
        auto* member = new Member<T>;
        if (member->receiver.start(std::move(task))) {
            delete member;
        } else {
            join(*member);
        }
    }

    // Takes over a running task whose owner lets go of it: it goes on, and nobody waits for it.
    template <class T>
    void adopt(Receiver<T>& receiver) {
        auto* member = new Member<T>;
        member->receiver.adopt(receiver);
        join(*member);
    }

    // Destroys all members.
    void dismiss() {
        while (MemberBase* member = members_.first()) member->leave();
    }

    bool empty() const { return members_.empty(); }

private:
    struct MemberBase : Link<MemberBase>, Event, Pooled {
        virtual void leave() = 0;
        void fire() override { leave(); }

    protected:
        ~MemberBase() = default;
    };

    template <class T>
    struct Member final : MemberBase {
        Receiver<T> receiver;
        void leave() override { delete this; }
    };

    template <class T>
    void join(Member<T>& member) {
        members_.add_last(member);
        member.receiver.wake_at_end(static_cast<Event&>(member));
    }

    List<MemberBase> members_;
};

}  // namespace sim
