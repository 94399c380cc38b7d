#include "models/spec/declaration/distribution.h"

#include "models/spec/declaration/variants.h"

namespace models::spec {

namespace {

template <class T>
Kinds kinds_of() {
    Kinds kinds;
    for_each_alternative<typename DistributionKinds<T>::Each>(
        [&]<class Each>() { kinds.push_back(&kind_of_spec<Each>); });
    return kinds;
}

}  // namespace

template <>
const Kinds& DistributionKinds<sim::Duration>::kinds() {
    static const Kinds kinds = kinds_of<sim::Duration>();
    return kinds;
}
template <>
const Kinds& DistributionKinds<sim::Bytes>::kinds() {
    static const Kinds kinds = kinds_of<sim::Bytes>();
    return kinds;
}
template <>
const Kinds& DistributionKinds<double>::kinds() {
    static const Kinds kinds = kinds_of<double>();
    return kinds;
}

template <class T>
sim::Distribution Distribution<T>::build() const {
    sim::Distribution built;
    for_each_alternative<typename DistributionKinds<T>::Each>([&]<class Each>() {
        if (const auto* chosen = this->template as<Each>()) built = chosen->build();
    });
    return built;
}

template struct Distribution<sim::Duration>;
template struct Distribution<sim::Bytes>;
template struct Distribution<double>;
template struct Codec<Distribution<sim::Duration>>;
template struct Codec<Distribution<sim::Bytes>>;
template struct Codec<Distribution<double>>;

}  // namespace models::spec
