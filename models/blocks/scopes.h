// Scopes one around the other: what goes around a call, from the outside in.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "models/blocks/block.h"

namespace models {

class Scopes {
public:
    // `around` has the answer; without it, whoever's frame it is.
    explicit Scopes(Block* around = &Return::block()) : inside_(around) {}

    // Inside all that are there.
    template <class Member, class... Arguments>
    Member& add(Arguments&&... arguments) {
        auto member = std::make_unique<Member>(std::forward<Arguments>(arguments)...);
        Member& added = *member;
        add(std::move(member));
        return added;
    }
    void add(std::unique_ptr<Block> block) {
        lead_to(block.get());
        block->link(inside_, nullptr);
        inside_ = block.get();
        blocks_.push_back(std::move(block));
    }
    // What comes after the last goes back there, and not to the last itself.
    void back_to(Block* inside) { inside_ = inside; }
    // The last leads there; it goes back to `inside()`.
    void lead_to(Block* next) {
        if (first_ == nullptr) first_ = next;
        if (!blocks_.empty()) blocks_.back()->link(blocks_.back()->outer(), next);
    }

    bool is_empty() const { return blocks_.empty(); }
    Block* first() const { return first_; }
    Block* inside() const { return inside_; }
    Go enter() const { return {first_, Way::enter}; }

private:
    std::vector<std::unique_ptr<Block>> blocks_;
    Block* first_ = nullptr;
    Block* inside_;
};

}  // namespace models
