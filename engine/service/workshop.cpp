#include "engine/service/workshop.h"

#include "engine/api/patch_process.h"

namespace rollover::service {

class workshop::place final : public scheduler::workplace {
public:
    place(workshop& in, scheduler::shared_files files, std::unique_ptr<store::activation_lock> lock)
        : files_(std::move(files)),
          lock_(std::move(lock)),
          patches_(in.rt_, {in.options_.program.empty() ? std::filesystem::path("rollover") : in.options_.program,
                            in.folder_.path(), lock_->folder(), in.options_.converters, in.options_.store}),
          environment_(in.rt_, in.wheel_, files_->platforms, in.journal_) {
        environment_.lines = &in.lines_;
        environment_.gates = &in.gates_;
        environment_.patches = &patches_;
        environment_.folder = lock_->folder();
        environment_.log = in.log_;
    }
    activation::environment& environment() override { return environment_; }

private:
    scheduler::shared_files files_;
    std::unique_ptr<store::activation_lock> lock_;
    api::patch_process patches_;
    activation::environment environment_;
};

workshop::workshop(runtime& rt, const engine_options& options, const store::state_folder& folder,
                   activation::journal& journal, activation::line_book& lines, log_sink log)
    : rt_(rt), options_(options), folder_(folder), journal_(journal), lines_(lines), log_(std::move(log)), wheel_(rt) {}

result<std::unique_ptr<scheduler::workplace>> workshop::place_for(scheduler::shared_files files,
                                                                  const std::string& activation) {
    auto lock = folder_.lock(activation);
    if (!lock) {
        return lock.error();
    }
    return std::unique_ptr<scheduler::workplace>(std::make_unique<place>(*this, std::move(files), std::move(*lock)));
}

}  // namespace rollover::service
