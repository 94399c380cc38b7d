#include "models/steps/items.h"

#include "models/steps/forks.h"
#include "sim/math.h"

namespace models {

namespace {

class Items final : public Forks {
public:
    Items(StepSite site, const ItemsStep& spec, std::uint32_t number, std::uint64_t stream,
          StepBody body)
        : Forks(site, spec.as == ItemsAs::at_once),
          items_(spec.value),
          is_list_(spec.as == ItemsAs::list),
          keys_(Keys::build(spec.keys)),
          number_(number),
          stream_(stream),
          body_(std::move(body)) {}

    void link_inner() override {
        Block* const end = &Return::block();
        body_.link(end, {end, Way::answered});
    }
    double core_seconds_of(const Request& whole) const override {
        double sum = 0;
        for (std::uint32_t item = 0; item < count(); ++item) {
            sum += body_.core_seconds_of(request(whole, item));
        }
        return sum;
    }

private:
    std::uint32_t count() const override { return is_list_ ? 1 : items_; }
    Go begin_of(std::uint32_t) const override { return body_.begin(); }

    // A list is an item of its own, which only the same items in the same order are again.
    Request request(const Request& whole, std::uint32_t item) const override {
        Request next = whole;
        next.identity = Request::onward_identity(whole.identity, number_ + ((item + 1) << 16U));
        next.key = key_of(whole, item);
        if (!is_list_ || items_ == 1) return next;
        std::uint64_t list = 0;
        for (std::uint32_t each = 0; each < items_; ++each) {
            list = sim::mix(list ^ key_of(whole, each));
        }
        next.key = list >> 1U;  // the highest of all keys means something else
        return next;
    }
    std::uint64_t key_of(const Request& whole, std::uint32_t item) const {
        sim::Draws draws(sim::request_key(stream_, whole.identity + item));
        return keys_->pick(draws, whole.identity + item);
    }

    std::uint32_t items_;
    bool is_list_;
    std::unique_ptr<KeyLaw> keys_;
    std::uint32_t number_;
    std::uint64_t stream_;
    StepBody body_;
};

}  // namespace

void ItemsStep::compile(StepCompiler& into) const {
    const std::uint32_t number = into.number(key, name);
    const std::uint64_t stream = into.context().stream(
        into.endpoint() + ".items." + (name.empty() ? std::to_string(number) : name));
    into.add_waiting<Items>(*this, number & 0xffff, stream, into.branch(steps));
}

Cost ItemsStep::cost(Costing& of) const {
    Cost all = of.of_steps(steps);
    if (as == ItemsAs::list) return all;
    const double times = value;
    if (as == ItemsAs::one_by_one) all.stays_s *= times;
    all.success = sim::pow(all.success, times);
    for (auto& [target, calls] : all.calls) calls *= times;
    all.add_demand(Cost(all), times - 1);
    return all;
}

}  // namespace models
