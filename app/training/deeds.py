"""The words for what training, competence and what is to be read notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("training_skill.added", "Skill added", "added a skill"),
    DeedWords("training_skill.changed", "Skill changed", "changed a skill"),
    DeedWords("training_skill.ended", "Skill taken out of use", "took a skill out of use"),
    DeedWords("training_requirement.added", "Requirement added", "added what a role needs"),
    DeedWords("training_requirement.changed", "Requirement changed", "changed what a role needs"),
    DeedWords(
        "training_requirement.ended", "Requirement taken out of use", "took out of use what a role needed"
    ),
    DeedWords("training_item.added", "Training item added", "added something to learn"),
    DeedWords("training_item.changed", "Training item changed", "changed something to learn"),
    DeedWords("training_item.ended", "Training item taken out of use", "took something to learn out of use"),
    DeedWords("training_item.file_kept", "File of a training item kept", "gave something to learn a file"),
    DeedWords("quiz.kept", "Questions kept", "kept the questions of a quiz"),
    DeedWords("person.qualified", "Person qualified", "noted that a person can do something"),
    DeedWords("person.qualification_withdrawn", "Qualification withdrawn", "withdrew a qualification"),
    DeedWords("person.qualification_expired", "Qualification ended", "ended a qualification on its day"),
    DeedWords("person.proof_waived", "Proof waived", "let somebody work without a proof until a day"),
    DeedWords("training.requested", "Training asked for", "asked that people learn something"),
    DeedWords("training.assigned", "Training assigned", "asked somebody to learn this"),
    DeedWords("training.joined", "Training asked for again", "asked for this training as well"),
    DeedWords("training.passed", "Training passed", "noted that it is learned"),
    DeedWords("training.failed", "Training not passed", "noted that all attempts failed"),
    DeedWords("training.evaluated", "Effect of a training judged", "judged the effect at work"),
    DeedWords("lapsed_skill.joined", "Another proof ended", "noted that another proof of it ended"),
    DeedWords("lapsed_skill.decided", "Ended proof decided", "decided what follows from the ended proof"),
    DeedWords("talk.recorded", "Talk recorded", "recorded a talk"),
    DeedWords("talk.listeners_added", "Listeners added", "put people on the list of a talk"),
    DeedWords("talk.attended", "Attendance confirmed", "had somebody confirm to have been there"),
    DeedWords("talk.closed", "List of a talk closed", "closed the list of a talk"),
    DeedWords("acknowledgement.requested", "Reading asked for", "asked an audience to read this"),
    DeedWords("acknowledgement.given", "Read and acknowledged", "read and acknowledged this"),
    DeedWords("acknowledgement.failed", "Questions not passed", "did not pass the questions"),
    DeedWords(
        "acknowledgement.escalated",
        "Late reading escalated",
        "told the manager that somebody is late to read this",
    ),
    DeedWords("acknowledgement.reached", "Read by enough", "was read by enough people"),
    DeedWords("acknowledgement.ended", "Reading ended", "asked nobody to read this any longer"),
)
