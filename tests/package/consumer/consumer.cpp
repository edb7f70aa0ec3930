// A program outside the tree: activates a topology through the public header, looks at it, takes it down.
// consumer LAB TOPOLOGY STATE
#include <iostream>
#include <rollover/engine.h>

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "consumer LAB TOPOLOGY STATE\n";
        return 2;
    }
    rollover::engine_options options;
    options.lab = argv[1];
    options.state = argv[3];
    rollover::engine engine(options);

    rollover::call_options how;
    how.tell = [](const rollover::progress& p) {
        if (p.stage != "typing") {
            std::cout << p.device << " " << p.stage << "\n";
        }
    };
    const auto up = engine.activate(argv[2], {}, how);
    for (const auto& problem : up.problems) {
        std::cerr << problem.text << "\n";
    }
    if (up.how != rollover::answer::done) {
        return 1;
    }
    for (const auto& node : up.nodes) {
        std::cout << node.node << " is " << node.device << " at " << node.console << "\n";
    }
    if (engine.status().activations.size() != 1) {
        std::cerr << "status does not show the activation\n";
        return 1;
    }
    const auto down = engine.deactivate(up.id, how);
    for (const auto& problem : down.problems) {
        std::cerr << problem.text << "\n";
    }
    return down.how == rollover::answer::done && engine.status().activations.empty() ? 0 : 1;
}
