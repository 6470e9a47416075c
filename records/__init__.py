"""The nouns of the product, the errors, the clock: standard library only.

Glossary (one English word per Chinese term):

    舆情 opinion            研判 assess             处置 handle            督办 supervise
    效果评估 evaluation      简报 briefing           回应 response          公开属性 openness
    话题 Event              议题 Issue              回应事项 Case           回应主体(承办单位) lead body
    退回 returned           改派 reassigned         协办 assisting         议题等级 level (ours, not law)
    突发事件 incident (graded by people only)        外地同类 elsewhere      采集来源 source
"""
