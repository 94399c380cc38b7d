// What a topic keeps when the run ends, for whoever reads its messages afterwards (spate topics).
#pragma once

#include <string>

#include "sim/recording.h"

namespace models {

class Kafka;

// As the leaders of its partitions have it: from the oldest record that retention has left.
sim::TopicRecord contents_of(Kafka& kafka, const std::string& topic);

}  // namespace models
