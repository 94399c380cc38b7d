// Versions that were put in place of one another, of a node that has rollouts.
#pragma once

#include <string>

namespace models {

class Releases {
public:
    // The last rollout is undone, under way or done: what was there before it comes back, as one
    // more release. Nothing when there is none, or it is undone already.
    virtual void roll_back(const std::string& why) = 0;

protected:
    ~Releases() = default;
};

}  // namespace models
