// Hours of instances that are paid for otherwise than by the size's price: reserved, or not at all.
//
// What is reserved is paid for all the time, whether any instance is there or not. At each moment
// as many instances of the size are covered as are reserved; those beyond cost the size's own
// price, and what is reserved beyond those that are there is paid for all the same. So a fleet that
// comes and goes uses less of a reservation than its mean says.
#pragma once

#include <vector>

#include "models/prices/price_book.h"
#include "sim/recording.h"

namespace models {

// Of instances that were there so, the hours in which no more than `count` at a time were.
double covered_hours(const std::vector<sim::Stay>& stays, double count);

// Of each size of which some are reserved: takes the covered hours out of instance_hours, and says
// what they and the unused ones cost, of each node by its share of all hours of that size.
void cover_reserved(const PricesSpec& book, sim::Recording& recording);

// Hours that were interrupted are not paid for.
struct Interrupted {
    std::string node;
    sim::Stay stay;
};
void leave_out_interrupted(const std::vector<Interrupted>& all, const PricesSpec& book,
                           sim::Recording& recording);

}  // namespace models
