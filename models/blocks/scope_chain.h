// Scopes of a node that always follow one another, played as one block: what Calls::run does with
// them, unrolled, so that the way from one to the next is no virtual call. That is all it is: each
// of them keeps its own state and its place around the next.
//
//     ScopeChain chain(measure, pass);      // linked from the outside in
//     inside.link(&chain, nullptr);    // what is within them goes back through the chain
#pragma once

#include <cassert>
#include <cstddef>
#include <tuple>

#include "models/blocks/block.h"

namespace models {

template <class... Scope>
class ScopeChain final : public Block {
public:
    explicit ScopeChain(Scope&... scopes) : scopes_(&scopes...) {
        link(std::get<kLast>(scopes_), nullptr);
    }

    // (All of them in one function, as far as they are seen where it is compiled.)
    [[gnu::flatten]] Go enter(Call& call) override {
        return further_in<0>(call, at<0>().enter(call));
    }
    [[gnu::flatten]] Go answered(Call& call) override {
        return further_out<kLast>(call, at<kLast>().answered(call));
    }

    // From the n-th on, which has led there.
    template <std::size_t kIndex>
    [[gnu::flatten]] Go further_in(Call& call, Go go) {
        if constexpr (kIndex < kLast) {
            if (go.to == &at<kIndex + 1>()) [[likely]] {
                assert(go.way == Way::enter);
                return further_in<kIndex + 1>(call, at<kIndex + 1>().enter(call));
            }
        }
        return go;
    }

private:
    static constexpr std::size_t kLast = sizeof...(Scope) - 1;

    template <std::size_t kIndex>
    auto& at() const {
        return *std::get<kIndex>(scopes_);
    }

    template <std::size_t kIndex>
    Go further_out(Call& call, Go go) {
        if constexpr (kIndex > 0) {
            if (go.to == &at<kIndex - 1>()) [[likely]] {
                assert(go.way == Way::answered);
                return further_out<kIndex - 1>(call, at<kIndex - 1>().answered(call));
            }
        } else if (go.to == &Return::block()) [[likely]] {
            return Return::leave(call);
        }
        return go;
    }

    std::tuple<Scope*...> scopes_;
};

}  // namespace models
