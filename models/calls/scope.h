// Who shares what a policy remembers: all instances of the caller, or each has its own.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>

#include "models/service.h"
#include "models/spec/declaration/spec.h"

namespace models {

enum class CallerScope { node, caller_instance };

constexpr auto names_of(CallerScope) {
    using spec::Word;
    return std::array{
        Word{"node", CallerScope::node, "All instances of the caller share one state."},
        Word{"caller_instance", CallerScope::caller_instance,
             "Each instance of the caller has its own state, as with a library in its process."}};
}

// One T for each that needs its own, made when it is first needed.
template <class T>
class PerCaller {
public:
    explicit PerCaller(CallerScope scope) : scope_(scope) {}

    template <class Make>
    T& of(const Request& request, Make&& make) {
        const std::uint32_t caller = scope_ == CallerScope::node ? 0 : request.caller;
        std::unique_ptr<T>& one = all_[caller];
        if (!one) one = make(caller);
        return *one;
    }

    template <class Visit>
    void for_each(Visit visit) const {
        for (const auto& [caller, one] : all_) visit(*one);
    }

private:
    CallerScope scope_;
    std::map<std::uint32_t, std::unique_ptr<T>> all_;
};

}  // namespace models
