// A sweep that several processes play together (ranks.h): one leads, plays, too, and gathers; the
// others play what it hands them, run by run, and answer with samples.
#pragma once

#include "tools/experiment.h"
#include "tools/ranks.h"

namespace tools {

// The one that leads, from its beginning until the others are told that it is over.
class Lead final : public Helpers {
public:
    explicit Lead(Ranks& ranks);
    ~Lead() override;
    Lead(const Lead&) = delete;
    Lead& operator=(const Lead&) = delete;

    // From then on the others play along. The experiment must last as long as anything is played.
    void begin(const ExperimentAsked& asked, const Experiment& experiment);

    PlayEnd play(std::span<const Run> runs, std::span<const Cell> cells, const Play& how,
                 const Finished& own, const Played& others) override;

private:
    class Led;
    std::unique_ptr<Led> led_;
};

// Of another one: waits until the leader has found nothing wrong; false when it has.
bool is_begun(Ranks& ranks);
// Says that this one cannot play what the leader does.
void refuse(Ranks& ranks);
// Plays what the leader hands over, until that is all; the exit code.
int follow(Ranks& ranks, const ExperimentAsked& asked, const Experiment& experiment);

}  // namespace tools
