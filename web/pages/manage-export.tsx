import { LayerPanel } from '../exports/LayerPanel.tsx'
import { OgcPanel } from '../exports/OgcPanel.tsx'
import { useWords } from '../locales/manage-text.ts'
import '../exports/exports.css'

export function ManageExport() {
  const words = useWords().exports
  return (
    <div className="manage-column">
      <h2>{words.title}</h2>
      <p className="lead">{words.lead}</p>
      <LayerPanel />
      <OgcPanel />
    </div>
  )
}
