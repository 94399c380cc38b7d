// Task<T>: a coroutine that somebody owns, and that ends when its owner lets go of it.
//
// A task starts when it is awaited, inside the awaiter's await_ready(), and runs there up to its
// first wait; if it ends without waiting, its caller is never suspended. (Starting it by symmetric
// transfer would overflow the stack below -O2, where that is not a tail call.) Its result is kept
// in the Receiver of whoever awaits it, so a task can also be ended from outside (`give_up`).
//
// A task that ends takes its frame away with it, and whoever awaits it goes on when it is gone: not
// from within it, but from the loop in Wake, so that a chain of ends needs no stack. (To be taken
// away by the awaiter would cost one more indirect call for each task.)
//
// Destroying a task destroys its frame and with it the tasks it awaits, and every timer or place in
// a line that they hold. That is the whole story of cancellation. A task is never destroyed while
// it is the one that runs.
#pragma once

#include <cassert>
#include <coroutine>
#include <exception>
#include <type_traits>
#include <utility>

#include "sim/frame_pool.h"
#include "sim/wake.h"

namespace sim {

template <class T>
class Task;

namespace detail {

template <class T>
struct Promise;
template <class T>
struct PromiseBase;

struct Nothing {};
template <class T>
using Stored = std::conditional_t<std::is_void_v<T>, Nothing, T>;

}  // namespace detail

// Where a task delivers: it holds the task, and knows whom to wake at the end.
template <class T>
class Receiver {
public:
    using Child = std::coroutine_handle<detail::Promise<T>>;

    Receiver() = default;
    explicit Receiver(Task<T>&& task) : child_(task.release()) {}
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;
    ~Receiver() { drop(); }

    // Runs the held task up to its first wait. True when it has ended already.
    bool start() {
        assert(!wake_);
        child_.promise().receiver = this;
        child_.resume();
        return done();
    }
    bool start(Task<T>&& task) {
        child_ = task.release();
        return start();
    }

    // Takes over a running task from another receiver.
    void adopt(Receiver& other) {
        child_ = std::exchange(other.child_, {});
        child_.promise().receiver = this;
    }

    void wake_at_end(Wake wake) { wake_ = wake; }
    bool done() const { return !child_; }  // once it was started

    void drop() {
        if (child_) std::exchange(child_, {}).destroy();
    }

    // Ends the task from outside, as if it had returned `value`.
    template <class U>
    void give_up(U&& value) {
        drop();
        value_ = std::forward<U>(value);
        wake_();
    }

    detail::Stored<T>& value() { return value_; }

private:
    friend detail::Promise<T>;
    friend detail::PromiseBase<T>;

    Wake wake_;
    Child child_;
    [[no_unique_address]] detail::Stored<T> value_{};
};

namespace detail {

template <class T>
struct PromiseBase : Pooled {
    Receiver<T>* receiver = nullptr;

    std::suspend_always initial_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { std::terminate(); }
    std::suspend_never final_suspend() noexcept {
        receiver->child_ = {};
        Wake::go_on_with(receiver->wake_);
        return {};
    }
};

template <class T>
struct Promise : PromiseBase<T> {
    Task<T> get_return_object();
    template <class U>
    void return_value(U&& value) {
        this->receiver->value_ = std::forward<U>(value);
    }
};

template <>
struct Promise<void> : PromiseBase<void> {
    Task<void> get_return_object();
    void return_void() {}
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
public:
    using promise_type = detail::Promise<T>;

    explicit Task(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}
    Task(Task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, {})) {}
    Task& operator=(Task&& other) noexcept {
        std::swap(coroutine_, other.coroutine_);
        return *this;
    }
    ~Task() {
        if (coroutine_) coroutine_.destroy();
    }

    std::coroutine_handle<promise_type> release() { return std::exchange(coroutine_, {}); }

    struct Awaiter {
        explicit Awaiter(Task&& task) : receiver_(std::move(task)) {}

        bool await_ready() { return receiver_.start(); }
        void await_suspend(std::coroutine_handle<> caller) { receiver_.wake_at_end(caller); }
        T await_resume() {
            if constexpr (!std::is_void_v<T>) return std::move(receiver_.value());
        }

    private:
        Receiver<T> receiver_;
    };

    Awaiter operator co_await() && { return Awaiter(std::move(*this)); }

private:
    std::coroutine_handle<promise_type> coroutine_;
};

// co_await this_task<T>(): the receiver of the coroutine's own result, through which it can be
// ended from outside. The receiver may change hands, so it is asked for anew each time.
template <class T>
class ThisTask {
public:
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<detail::Promise<T>> self) noexcept {
        self_ = self;
        return false;
    }
    ThisTask await_resume() const noexcept { return *this; }

    Receiver<T>& receiver() const { return *self_.promise().receiver; }

private:
    std::coroutine_handle<detail::Promise<T>> self_;
};

template <class T>
ThisTask<T> this_task() {
    return {};
}

template <class T>
Task<T> detail::Promise<T>::get_return_object() {
    return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}

inline Task<void> detail::Promise<void>::get_return_object() {
    return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}

}  // namespace sim
