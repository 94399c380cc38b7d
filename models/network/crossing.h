// The same one way, of a coroutine that plays a call by itself:
//
//     if (!co_await cross(world, {from, to, bytes, key})) co_return kGaveUp;
#pragma once

#include "models/context.h"
#include "models/network/links.h"
#include "sim/task.h"

namespace models {

// Sent again by TCP's timer until it gets through; false when that gave up. With no network it is
// there at once.
sim::Task<bool> cross(World& world, Links::Message message);

}  // namespace models
