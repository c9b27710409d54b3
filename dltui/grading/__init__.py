"""From what learners hand in to verdicts and the reports that courses need. No torch for plain quizzes."""
